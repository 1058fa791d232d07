"""The table in a JSON document, wherever it stands."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from embedding_core.base.errors import InputError
from embedding_core.data.read import read_table
from embedding_core.data.table import Format, ReadOptions, Table
from embedding_core.data.vectors.read import vector_columns

Read = Callable[..., Table]
TEXTS = ["The cat sleeps on the mat", "A dog barks at night", "Bread is baked here", "Soup needs salt"]
TOPICS = ["pets", "pets", "food", "food"]
VECTORS = [[0.1 * i + 0.01 * j for j in range(8)] for i in range(4)]
RECORDS = [{"text": text, "topic": topic} for text, topic in zip(TEXTS, TOPICS, strict=True)]
IDS = list("abcd")


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def go(document: Any, name: str = "x.json", **options: object) -> Table:
        path = tmp_path / "upload"
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return read_table(path, name, ReadOptions(**options))

    return go


def each(make: Callable[[int], Any]) -> list[Any]:
    return [make(i) for i in range(4)]


FRAME = pd.DataFrame({"text": TEXTS, "topic": TOPICS, "n": range(4)})
NAMED_ROWS = FRAME.set_index(pd.Index(IDS))
SHAPES: dict[str, tuple[Any, str | None, list[str]]] = {
    "pandas split": (json.loads(FRAME.to_json(orient="split")), "data", ["text", "topic", "n"]),
    "pandas records": (json.loads(FRAME.to_json(orient="records")), None, ["text", "topic", "n"]),
    "pandas index": (json.loads(FRAME.to_json(orient="index")), None, ["text", "topic", "n"]),
    "pandas columns": (json.loads(FRAME.to_json(orient="columns")), None, ["text", "topic", "n"]),
    "pandas table": (json.loads(FRAME.to_json(orient="table")), "data", ["text", "topic", "n"]),
    "named index": (json.loads(NAMED_ROWS.to_json(orient="index")), None, ["key", "text", "topic", "n"]),
    "named columns": (json.loads(NAMED_ROWS.to_json(orient="columns")), None, ["key", "text", "topic", "n"]),
    "an API": ({"data": {"items": RECORDS, "next": None}, "ok": True}, "data.items", ["text", "topic"]),
    "Solr": ({"responseHeader": {"status": 0}, "response": {"docs": RECORDS}}, "response.docs", ["text", "topic"]),
    "Elasticsearch": (
        {"took": 3, "hits": {"hits": each(lambda i: {"_id": IDS[i], "_score": 1, "_source": RECORDS[i]})}},
        "hits.hits[]._source",
        ["_id", "_score", "text", "topic"],
    ),
    "Qdrant": (
        {"result": {"points": each(lambda i: {"id": i, "payload": RECORDS[i], "vector": VECTORS[i]})}, "time": 0.1},
        "result.points[].payload",
        ["id", "vector", "text", "topic"],
    ),
    "Qdrant, named vectors": (
        {"result": each(lambda i: {"id": i, "payload": RECORDS[i], "vector": {"small": VECTORS[i]}}), "time": 0.1},
        "result[].payload",
        ["id", "vector.small", "text", "topic"],
    ),
    "Pinecone": (
        {"matches": each(lambda i: {"id": IDS[i], "values": VECTORS[i], "metadata": RECORDS[i]}), "namespace": ""},
        "matches[].metadata",
        ["id", "values", "text", "topic"],
    ),
    "Pinecone, fetched": (
        {"vectors": {IDS[i]: {"id": IDS[i], "values": VECTORS[i], "metadata": RECORDS[i]} for i in range(4)}},
        "vectors[].metadata",
        ["id", "values", "text", "topic"],
    ),
    "Weaviate": (
        {"objects": each(lambda i: {"class": "A", "id": IDS[i], "properties": RECORDS[i], "vector": VECTORS[i]})},
        "objects[].properties",
        ["class", "id", "vector", "text", "topic"],
    ),
    "Weaviate, GraphQL": (
        {"data": {"Get": {"Page": each(lambda i: {**RECORDS[i], "_additional": {"vector": VECTORS[i]}})}}},
        "data.Get.Page",
        ["text", "topic", "_additional.vector"],
    ),
    "Relay": (
        {"data": {"posts": {"edges": each(lambda i: {"cursor": "a=", "node": RECORDS[i]}), "pageInfo": {"end": "x"}}}},
        "data.posts.edges[].node",
        ["cursor", "text", "topic"],
    ),
    "JSON:API": (
        {"data": each(lambda i: {"type": "a", "id": IDS[i], "attributes": RECORDS[i]}), "links": {"self": "/"}},
        "data[].attributes",
        ["type", "id", "text", "topic"],
    ),
    "Chroma": (
        {
            "ids": IDS,
            "embeddings": VECTORS,
            "documents": TEXTS,
            "uris": None,
            "included": ["embeddings", "documents", "metadatas"],
            "metadatas": [{"topic": topic} for topic in TOPICS],
        },
        None,
        ["ids", "embeddings", "documents", "topic"],
    ),
    "Chroma, queried": (
        {
            "ids": [IDS],
            "embeddings": None,
            "documents": [TEXTS],
            "metadatas": [[{"topic": topic} for topic in TOPICS]],
            "distances": [[0.1, 0.2, 0.3, 0.4]],
            "included": ["documents"],
        },
        None,
        ["ids", "documents", "topic", "distances"],
    ),
    "Chroma, two queries": (
        {"ids": [IDS[:2], IDS[2:]], "documents": [TEXTS[:2], TEXTS[2:]]},
        None,
        ["ids", "documents", "query"],
    ),
    "lists of texts and of objects": (
        {"texts": TEXTS, "meta": [{"topic": topic} for topic in TOPICS]},
        None,
        ["texts", "topic"],
    ),
    "Cohere": ({"texts": TEXTS, "embeddings": {"float": VECTORS}, "id": "x"}, None, ["texts", "embeddings"]),
    "rows with names": ({"columns": ["text", "n"], "rows": [[t, 1] for t in TEXTS]}, "rows", ["text", "n"]),
    "rows with fields": (
        {"fields": [{"name": "text", "type": "s"}, {"name": "n", "type": "i"}], "data": [[t, 1] for t in TEXTS]},
        "data",
        ["text", "n"],
    ),
    "splits": ({"train": RECORDS[:3], "test": RECORDS[3:]}, None, ["text", "topic", "split"]),
    "classes": ({"pets": TEXTS[:3], "food": TEXTS[3:]}, None, ["text", "label"]),
    "pages": (
        [{"page": 1, "items": RECORDS[:2]}, {"page": 2, "items": RECORDS[2:]}],
        "[].items",
        ["text", "topic", "page"],
    ),
    "an object of records": (
        {"users": {key: RECORDS[i] for i, key in enumerate(IDS)}},
        "users",
        ["key", "text", "topic"],
    ),
    "a list of texts": ({"model": "m", "sentences": TEXTS}, "sentences", ["sentences"]),
    "MongoDB": ([{"_id": {"$oid": str(i)}, **RECORDS[i]} for i in range(4)], None, ["_id", "text", "topic"]),
    "beside longer lists": (
        {"items": RECORDS, "facets": [{"value": f"v{i}", "count": i} for i in range(50)]},
        "items",
        ["text", "topic"],
    ),
    "no text at all": ({"rows": [{"x": i, "y": i} for i in range(4)], "total": 4}, "rows", ["x", "y"]),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_table_is_found(read: Read, shape: str) -> None:
    document, path, columns = SHAPES[shape]
    table = read(document)
    assert list(table.frame.columns) == columns
    assert (len(table.frame), table.how.records_path) == (4, path)
    texts = next((name for name in ("text", "documents", "texts", "sentences") if name in columns), None)
    if texts is not None:
        assert table.frame[texts].tolist() == TEXTS
    vectors = next((name for name in columns if "vector" in name or name in ("values", "embeddings")), None)
    if vectors is not None:
        assert vector_columns(table) == [vectors]
        assert table.frame[vectors][3].tolist() == VECTORS[3]


@pytest.mark.parametrize("shape", [{"object": "list", "data": [{"index": 0, "embedding": VECTORS[0]}]}, [VECTORS[0]]])
def test_a_single_vector_is_a_table_of_one_row(read: Read, shape: Any) -> None:
    table = read(shape)
    assert len(vector_columns(table)) == len(table.frame) == 1


def test_lines_with_different_keys(read: Read) -> None:
    lines = [{"text": "one thing"}, {"text": "two things", "n": 1}, {"other": "x", "meta": {"a": {"b": 2}}}]
    table = read("\n".join(map(json.dumps, lines)), "x.jsonl")
    assert list(table.frame.columns) == ["text", "n", "other", "meta.a.b"]
    assert table.frame["meta.a.b"].isna().tolist() == [True, True, False]
    wrapped = "\n".join(json.dumps({"_index": "i", "_source": record}) for record in RECORDS)
    assert read(wrapped, "x.jsonl").how.records_path == "[]._source"
    assert len(read(json.dumps({"data": {"items": RECORDS}}), "x.jsonl").frame) == 4


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\x1c", "\x0c"])
def test_nothing_but_a_line_feed_ends_a_record(read: Read, mark: str) -> None:
    escaped = {"\x1c", "\x0c"}  # JSON does not allow these in a string as they are
    text = f"one{mark}two"
    lines = "\n".join(json.dumps({"text": text}, ensure_ascii=mark in escaped) for _ in range(3))
    assert read(lines, "x.jsonl").frame["text"].tolist() == [text] * 3


def test_lines_that_end_in_carriage_returns(read: Read) -> None:
    for end in ("\r", "\r\n"):
        table = read(end.join(map(json.dumps, RECORDS)) + end, "x.jsonl")
        assert (len(table.frame), table.how.format) == (4, Format.JSONL)


@pytest.mark.parametrize("name", ["x.json", "x.jsonl", "x.ndjson"])
@pytest.mark.parametrize("between", ["\n", ",\n", "\n\x1e"])
@pytest.mark.parametrize("indent", [None, 2])
def test_documents_one_after_another(read: Read, name: str, between: str, indent: int | None) -> None:
    table = read(between.join(json.dumps(record, indent=indent) for record in RECORDS), name)
    assert (table.frame["text"].tolist(), table.how.format) == (TEXTS, Format.JSONL)


@pytest.mark.parametrize(
    ("key", "turns"),
    [
        ("messages", [{"role": "user", "content": "Hello there"}, {"role": "assistant", "content": "Good day"}]),
        ("conversations", [{"from": "user", "value": "Hello there"}, {"from": "assistant", "value": "Good day"}]),
        (
            "messages",
            [
                {"role": "user", "content": [{"type": "text", "text": "Hello there"}, {"type": "image"}]},
                {"role": "assistant", "content": "Good day"},
            ],
        ),
    ],
)
def test_a_conversation_is_a_text(read: Read, key: str, turns: list[Any]) -> None:
    table = read("\n".join(json.dumps({"id": i, key: turns}) for i in range(3)), "x.jsonl")
    assert table.frame[key].tolist() == ["user: Hello there\nassistant: Good day"] * 3
    assert table.how.notes == (f"The turns of {key!r} were joined, one a line.",)
    assert read([turns, turns]).frame["messages"][1] == "user: Hello there\nassistant: Good day"


def test_lists_in_records(read: Read) -> None:
    records = [
        {"tags": ["a", "b"], "said": ["One, two", "Three"], "v": [1, 2.5], "many": [[1, 2], [3, 4]], "mixed": [1, "a"]},
        {"tags": [], "said": None, "v": [3, 4], "many": [[1, 2]], "mixed": []},
    ]
    table = read(records)
    assert table.frame["tags"].tolist() == ["a, b", ""]
    assert table.frame["said"][0] == "One, two\nThree"
    assert vector_columns(table) == ["v", "many"]
    assert table.frame["many"][0].tolist() == [2, 3]  # several vectors are read as their mean
    assert table.frame["mixed"].tolist() == ['[1, "a"]', "[]"]


def test_what_is_left_out_is_named(read: Read) -> None:
    others = {"items": RECORDS, "users": [{"name": "Ann Lee"}]}
    (warning,) = read(others).how.warnings
    assert warning == "The records at 'items' were read, and not 'users' (1)."
    posts = [{"title": text, "comments": [{"by": "x", "text": "nice one " * 30}]} for text in TEXTS]
    table = read(posts)
    assert table.frame["title"].tolist() == TEXTS
    (warning,) = table.how.warnings
    assert "'[].comments'" in warning
    inner = read(posts, records_path="[].comments").frame
    assert inner["title"].tolist() == TEXTS
    assert inner["by"].tolist() == ["x"] * 4


def test_keys_that_are_values_make_no_columns(read: Read) -> None:
    chats = [{"title": text, "mapping": {f"{i}-{j}": {"n": j} for j in range(40)}} for i, text in enumerate(TEXTS)]
    table = read(chats)
    assert list(table.frame.columns) == ["title", "mapping"]
    assert "'mapping'" in table.how.warnings[0]


def test_too_many_keys_leave_the_rarest_out(read: Read) -> None:
    records = [{"text": "some words", f"k{i}": i} for i in range(1_200)]
    table = read(records)
    assert table.frame.shape == (1_200, 1_000)
    assert table.frame["text"].nunique() == 1
    assert "201 fields beyond 1,000" in table.how.warnings[0]


NESTED = {"a": {"list": [{"id": 1, "sub": [{"text": "some words", "id": 9}]}]}, "other": RECORDS}


@pytest.mark.parametrize(
    ("path", "found", "columns"),
    [
        ("other", "other", ["text", "topic"]),
        ("$.other[*]", "other[]", ["text", "topic"]),
        ("a.list", "a.list", ["id", "sub"]),
        ("a.list[].sub", "a.list[].sub", ["text", "id", "parent.id"]),
        ("a", "a.list[].sub", ["text", "id"]),
    ],
)
def test_a_path_decides(read: Read, path: str, found: str, columns: list[str]) -> None:
    table = read(NESTED, records_path=path)
    assert list(table.frame.columns) == columns
    assert table.how.records_path == found


@pytest.mark.parametrize("path", ["nowhere", "other.text", "a.list[].gone"])
def test_a_path_that_leads_nowhere_is_refused(read: Read, path: str) -> None:
    with pytest.raises(InputError, match="nothing at") as caught:
        read(NESTED, records_path=path)
    assert "'a', 'other'" in caught.value.hint


@pytest.mark.parametrize(
    "document",
    [
        {"lr": 0.1, "model": {"name": "some name", "layers": [1, 2]}},
        {"data": [], "ok": True},
        {"article": {"title": "One thing", "body": "A long story"}},
    ],
)
def test_a_blob_of_json_is_never_a_row(read: Read, document: Any) -> None:
    with pytest.raises(InputError, match=r"No table can be seen in x\.json\. Looked at: the document") as caught:
        read(document)
    assert "path" in caught.value.hint


def test_texts_without_blanks_are_texts(read: Read) -> None:
    document = {"result": {"list": [{"name": "猫在垫子上睡觉了一整天"}]}, "codes": [{"a": i} for i in range(9)]}
    assert read(document).how.records_path == "result.list"
