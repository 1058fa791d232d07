"""What a search found, and why each hit is one."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from components.search.hit_summary import summary
from components.search.picked import HitAction, Picked
from components.widgets import gallery
from components.widgets.export import download
from components.widgets.ranking_methods import LABELS
from components.widgets.tables import bounded
from embedding_core.base.keys import fingerprint
from embedding_core.data.dataset import Dataset
from embedding_core.data.export import to_csv
from embedding_core.ranking.methods import RankingMethod
from embedding_core.search.answer import Answer
from embedding_core.search.records import answer_record

_ROW_HEIGHT, _HEAD_HEIGHT, _MOST_ROWS = 35, 40, 15
_WORDS_SHOWN = 6

NOTE = (
    "**Semantic** search embeds your query and ranks items by cosine similarity to it. **Keyword** search is "
    "**BM25**: shared words count, rare ones more, and the table names them. **Hybrid** merges the two rankings by "
    "**reciprocal rank fusion**. **Late interaction** matches each token of the query with its best token in the "
    "text. The scale of a score differs between methods, so each score has two companions: its **percentile** among "
    "all items for this query, and its percentile against a **random baseline** (random pairs of items, random "
    "words, random ranks). A hit that is not above the random baseline is no match, even at rank 1. Further reading: "
    "[Sentence-BERT](https://arxiv.org/abs/1908.10084), [BM25](https://doi.org/10.1561/1500000019), [reciprocal rank "
    "fusion](https://doi.org/10.1145/1571941.1572114), [ColBERT](https://arxiv.org/abs/2004.12832)."
)


def table(dataset: Dataset, found: Answer) -> pd.DataFrame:
    """Return the hits as a table: rank, scores, reasons, rank in each engine, then the items' own columns.

    An own column that goes by the name of one of ours is marked as the data's.
    """
    hits = found.hits
    ours: dict[str, Any] = {"rank": range(1, len(hits.rows) + 1), "score": hits.scores}
    ours |= {"percentile": 100 * hits.percentiles, "random-baseline percentile": 100 * hits.baseline_percentiles}
    why: dict[str, Any] = {}
    if any(found.pairs):
        pairs = ([f"{pair.asked} ~ {pair.found}" for pair in hit] for hit in found.pairs)
        why["matched tokens"] = [", ".join(hit) for hit in pairs]
    if any(found.words):
        why["matched words"] = [_words(words) for words in found.words]
    if len(found.ranks) > 1:
        for name, ranks in found.ranks.items():
            why[f"{LABELS[name]} rank"] = pd.array([int(rank) or None for rank in ranks], "Int64")
    rows = dataset.frame().iloc[hits.rows].reset_index(drop=True)
    # Pictures without captions have no such column.
    text = rows.filter([dataset.text_name])
    others = rows.drop(columns=list(text))
    # The texts first, so that they are seen without scrolling; then why.
    parts = [pd.DataFrame(ours), _apart(text), pd.DataFrame(why), _apart(others)]
    return pd.concat(parts, axis=1)


def text_column(dataset: Dataset) -> str:
    """Return what the table calls the texts."""
    return str(_apart(pd.DataFrame(columns=[dataset.text_name])).columns[0])


def _apart(own: pd.DataFrame) -> pd.DataFrame:
    taken = {"rank", "score", "percentile", "random-baseline percentile", "matched tokens", "matched words"}
    taken |= {f"{label} rank" for label in LABELS.values()}
    return own.rename(columns={name: f"{name} (data)" for name in own if name in taken})


def _words(words: dict[str, float]) -> str:
    return ", ".join(f"{word} {added:.2f}" for word, added in list(words.items())[:_WORDS_SHOWN])


def show(dataset: Dataset, found: Answer, key: str) -> Picked | None:
    """Draw the hits; return what is to be done with some of them, if that was asked for."""
    st.caption(summary(dataset, found))
    if not len(found.hits.rows):
        return None
    frame = table(dataset, found)
    opened: int | None = None
    if dataset.pictures:
        notes = [f"{score:.3f}" for score in found.hits.scores]
        opened = gallery.show(dataset, found.hits.rows.tolist(), f"{key}-tiles", notes=notes)
    chosen = st.dataframe(
        bounded(frame),
        hide_index=True,
        height=_HEAD_HEIGHT + _ROW_HEIGHT * min(len(frame), _MOST_ROWS),
        key=f"{key}-hits",
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "rank": st.column_config.NumberColumn("", width=40),
            "score": st.column_config.NumberColumn(_score_name(found), format="%.3f", width=70),
            "percentile": _share("The share of all items that score lower for this query (percentile)."),
            "random-baseline percentile": _share("The share of random scores that are lower than this one.", 165),
            text_column(dataset): st.column_config.TextColumn(width="large"),
        },
    )
    rows = tuple(int(found.hits.rows[i]) for i in chosen["selection"]["rows"] if i < len(found.hits.rows))
    picked = _actions(dataset, found, frame, rows, key)
    return Picked(HitAction.OPEN, (opened,)) if opened is not None else picked


def _actions(dataset: Dataset, found: Answer, frame: pd.DataFrame, chosen: tuple[int, ...], key: str) -> Picked | None:
    rows = chosen or tuple(map(int, found.hits.rows))
    pressed: HitAction | None = None
    with st.container(horizontal=True, gap="small"):
        words = f"Show {'these' if chosen else 'all'} {len(rows):,} on the map"
        if st.button(words, type="primary", icon=":material/scatter_plot:", key=f"{key}-select"):
            pressed = HitAction.MAP
        for action, label, icon in (
            (HitAction.MORE, "More like these", "add"),
            (HitAction.LESS, "Less like these", "remove"),
        ):
            help_ = None if chosen else "First tick some hits at the left of the table."
            if st.button(label, icon=f":material/{icon}:", key=f"{key}-{action}", disabled=not chosen, help=help_):
                pressed = action
        mark = fingerprint(dataset.key, found.question)[:8]
        download("CSV", lambda: to_csv(frame), f"hits-{mark}.csv", f"{key}-csv")
        download("JSON", lambda: to_json(dataset, found), f"hits-{mark}.json", f"{key}-json")
    return None if pressed is None else Picked(pressed, rows)


def to_json(dataset: Dataset, found: Answer) -> bytes:
    """Return the hits with what was asked, as JSON."""
    question = found.question
    asked = {"query": question.words, "engine": question.method, "where": question.where}
    return json.dumps(asked | answer_record(dataset, found), ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _score_name(found: Answer) -> str:
    names = {
        RankingMethod.DENSE: str(found.question.metric),
        RankingMethod.BM25: "BM25",
        RankingMethod.HYBRID: "fusion",
    }
    return names.get(found.question.method, "score")


def _share(meaning: str, width: int = 110) -> Any:
    return st.column_config.ProgressColumn(help=meaning, width=width, format="%.1f %%", min_value=0, max_value=100)
