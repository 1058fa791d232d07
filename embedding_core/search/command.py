"""`search`: the rows that answer a query: dense, BM25, hybrid, late interaction or reranked."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

from cyclopts import Group, Parameter
from cyclopts.validators import mutually_exclusive

from embedding_core.cli.common import read_dataset, space_of, with_progress
from embedding_core.cli.options import CommandEngine, Data, EmbeddingOptions, FreeText, InputGroup
from embedding_core.cli.run import Printed
from embedding_core.data.intake import keep_picture
from embedding_core.ranking.methods import RankingMethod
from embedding_core.ranking.stages import IndexWords
from embedding_core.ranking.vector_index import IndexVectors
from embedding_core.search import answer
from embedding_core.search.feedback import ExpansionParams
from embedding_core.search.question import Question, SearchMode
from embedding_core.search.records import answer_record

if TYPE_CHECKING:
    from embedding_core.search.answer import Answer

_ModeGroup = Group("Search mode", validator=mutually_exclusive, sort_key=1)


def search(
    file: Data,
    /,
    *,
    data: Annotated[EmbeddingOptions, InputGroup] = EmbeddingOptions(),
    query: Annotated[str, FreeText] = "",
    query_image: Path | None = None,
    arithmetic: bool = False,
    engine_: Annotated[RankingMethod, Parameter(name="--engine")] = Question.method,
    k: int = Question.k,
    where: Annotated[str, FreeText] = Question.where,
    query_expansion: bool = False,
    include_inputs: bool = Question.keep_inputs,
    approximate: Annotated[bool, Parameter(group=_ModeGroup)] = False,
    exact: Annotated[bool, Parameter(group=_ModeGroup)] = False,
    cross_encoder: str = Question.cross_encoder,
    engine: CommandEngine,
) -> Printed:
    """Search for a query.

    Args:
        query: Words to search for, as they are: a dash in them is a dash.
        query_image: An image to search for, alone or together with --query.
        arithmetic: Read --query as a sum of vectors, such as "king - man + woman"; signs stand between spaces.
        engine_: How rows are ranked: by vectors, by words (BM25), by both, by late interaction, by a cross-encoder.
        k: Number of hits.
        where: A filter: which rows may be found, such as 'year > 1960 and topic = "wing"'.
        query_expansion: Add words of the first hits to the query (pseudo-relevance feedback).
        include_inputs: Let the items of a sum be hits as well.
        approximate: Use an approximate nearest-neighbor index; it is built first where there is none.
        exact: Compare the query with every row. Without either, only a large file that has an index uses it.
        cross_encoder: For --engine cross: a folder, or a model of the Hugging Face hub.
    """
    dataset = read_dataset(engine, file, data)
    space = space_of(engine, dataset, data.encoder)
    question = Question(
        words=query,
        arithmetic=arithmetic,
        picture=None if query_image is None else keep_picture(engine, query_image),
        method=engine_,
        k=k,
        mode=SearchMode.APPROXIMATE if approximate else SearchMode.EXACT if exact else SearchMode.AUTO,
        where=where,
        keep_inputs=include_inputs,
        expansion=ExpansionParams() if query_expansion else None,
        cross_encoder=cross_encoder,
    )
    engine.make(IndexWords(dataset.key))
    if question.mode is SearchMode.APPROXIMATE and question.base is not RankingMethod.BM25:
        for stage in (space, IndexVectors(space)):
            with_progress(engine, stage)
    found = cast("Answer", answer(engine, dataset, space, question, lambda stage: with_progress(engine, stage)))
    record = answer_record(dataset, found)
    hits = record["hits"]
    result = {
        "query": query or str(query_image),
        "engine": question.method,
        "encoder": space.encoder,
        "ids": [hit["id"] for hit in hits],
        "scores": [hit["score"] for hit in hits],
        "texts": [hit["text"] for hit in hits],
        **record,
    }
    lines = [f"{hit['score']:.3f}  {hit['id']}  {str(hit['text'])[:100]!r}{_why(hit)}" for hit in hits]
    if found.added:
        lines.append(f"Query expansion: {', '.join(found.added)}")
    if found.approximate is not None:
        lines.append(f"Approximate index: recall@10 {found.approximate.recall:.3f}")
    return result, "\n".join(lines) or "No row was found."


def _why(hit: dict[str, Any]) -> str:
    pairs = [f"{asked}~{found}" for asked, found, _ in hit["tokens"]]
    reasons = pairs or list(hit["words"])[:5]
    return f"  ({', '.join(reasons)})" if reasons else ""
