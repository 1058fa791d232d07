"""Where the table stands in a JSON document.

Every list of records, every set of parallel lists and every object of records is a place where it may stand. The place
that holds the most text wins, without any text the one with the most values; records are looked into only where they
hold no text of their own.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, TypeAlias

from embedding_core.base.errors import InputError
from embedding_core.data.columns import ArrowColumn, as_text, column_from_values
from embedding_core.data.tables.header import NAMES, has_header, known_name
from embedding_core.data.tables.json_records import Record, is_chat, is_numeric, is_text, leaves, to_columns

Columns: TypeAlias = dict[str, ArrowColumn]

TEXT_COLUMN, VALUE_COLUMN, VECTOR_COLUMN, CHAT_COLUMN, KEY_COLUMN = "text", "value", "vector", "messages", "key"
SHAPES = "Supported are a list of objects, an object of lists, a list of strings, and one object per line."
WRAPPERS = ("_source", "node", "payload", "properties", "attributes", "fields", "document", "metadata")
"""What search engines, vector databases and APIs put a record into, beside its id and score."""
HEADERS = ("columns", "header", "headers", "fields", "cols")
"""What names the columns of rows that are lists."""
SPLITS = frozenset({"train", "test", "dev", "validation", "valid", "val"})
SPLIT_COLUMN, LABEL_COLUMN, QUERY_COLUMN = "split", "label", "query"
DEEPEST = 12
LOOKED_AT = 100
TEXTUAL = 0.2
"""The share of rows with a text from which on a place holds texts."""
WRAPPED = 0.9


@dataclass(frozen=True, eq=False)
class Place:
    """A place where the table may stand."""

    path: str
    """The keys that lead to it, between dots, `[]` behind those of lists that are gone through; empty at the root."""
    rows: int
    head: Sequence[Any]
    """Some of its rows, from all over it."""
    build: Callable[[list[str], list[str]], Columns]
    """Returns its columns and adds to the notes and warnings it is given."""
    within: Callable[[], list["Place"]] = field(default=list)
    """Returns the places in its records."""

    @cached_property
    def weight(self) -> tuple[bool, float]:
        """Whether it holds texts, and how much of them, or of any values, it holds."""
        found = [list(leaves(row)) for row in self.head]
        texts = [sum(len(leaf) for leaf in row if is_text(leaf)) for row in found]
        textual = sum(map(bool, texts)) > TEXTUAL * max(1, len(texts)) or (len(texts) > 0 and all(texts))
        measured = texts if textual else [len(row) for row in found]
        return textual, sum(measured) * self.rows / max(1, len(found))


def find_table(document: Any, header: bool | None, name: str) -> tuple[Place, list[Place]]:
    """Return the place of the table in a document, and the other places that it might have been.

    Args:
        document: what JSON holds.
        header: whether rows that are lists begin with the names of their columns; None finds out.
        name: what the file is called.

    Raises:
        InputError: no table can be seen in it.
    """
    return _choose(list(_places(document, "", header)), document, name)


def table_at(document: Any, path: str, header: bool | None, name: str) -> tuple[Place, list[Place]]:
    """Return the place of the table at, or below, a path such as `data.items` or `hits.hits[]._source`.

    Raises:
        InputError: the path leads nowhere, or to no table.
    """
    wanted = path.strip().removeprefix("$").strip(".").replace("[*]", "[]")
    if not wanted:
        return find_table(document, header, name)
    records = walk(document, wanted)
    if records is None:
        keys = ", ".join(map(repr, list(document)[:10])) if isinstance(document, dict) else "a list"
        raise InputError(f"There is nothing at {path!r} in {name}.", f"The document holds {keys}.")
    places = list(_places(records, wanted, header))
    if places and places[0].path.removeprefix(wanted)[:2] in ("", "[]"):
        return places[0], []
    return _choose(places, records, name)


def walk(document: Any, path: str) -> Any:
    """Return what is at a path; behind `[]`, the records of all objects there with what else these say.

    None when nothing is there.
    """
    nodes: list[tuple[Any, dict[str, Any]]] = [(document, {})]
    steps = [step for step in re.split(r"\.|(\[\])", path) if step]
    through = False
    for place, step in enumerate(steps):
        if step == "[]":
            through = True
            nodes = [(item, carried) for node, carried in nodes if isinstance(node, list) for item in node]
            continue
        last = place == len(steps) - 1
        nodes = [
            (node[step], _carried(node, step, carried, whole=last) if through else {})
            for node, carried in nodes
            if isinstance(node, dict) and node.get(step) is not None
        ]
    if not nodes:
        return None
    if not through:
        return nodes[0][0]
    flat = [
        (item, carried if isinstance(node, dict) else _scalars(carried))
        for node, carried in nodes
        for item in (node if isinstance(node, list) else [node])
    ]
    if not all(isinstance(item, dict) for item, _ in flat):
        return [item for item, _ in flat]
    own = {key for item, _ in flat for key in item}
    return [
        {**item, **{f"parent.{key}" if key in own else key: value for key, value in carried.items()}}
        for item, carried in flat
    ]


def _carried(node: Record, step: str, carried: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """Return what the records below a field are told of the object that holds them."""
    beside = {key: value for key, value in node.items() if key != step}
    return {**carried, **(beside if whole else _scalars(beside))}


def _scalars(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if not isinstance(value, dict | list)}


def _choose(places: list[Place], document: Any, name: str) -> tuple[Place, list[Place]]:
    tried = places
    for _ in range(DEEPEST):
        textual = [place for place in tried if place.weight[0]]
        if textual:
            best = max(textual, key=lambda place: place.weight)
            return best, _beside(best, tried)
        tried = [inner for place in tried for inner in place.within()]
        if not tried:
            break
    if places:
        best = max(places, key=lambda place: place.weight)
        return best, _beside(best, places)
    raise _nothing(document, name)


def _beside(best: Place, places: list[Place]) -> list[Place]:
    """Return the places that hold something else than the best one, and more than names."""
    return [
        place
        for place in places
        if not (best.path.startswith(place.path) or place.path.startswith(best.path))
        and (place.weight[0] or any(isinstance(row, dict) for row in place.head))
    ]


def _nothing(document: Any, name: str) -> InputError:
    if document == {} or not isinstance(document, dict | list):
        what = "an empty object" if document == {} else f"a single {type(document).__name__}"
        return InputError(f"{name} is JSON but not a table: it contains {what}.", SHAPES)
    tried = [f"{path or 'the document'} ({what})" for path, what in _described(document, "")]
    message = f"No table can be seen in {name}. Looked at: {'; '.join(tried[:8])}{'; …' if len(tried) > 8 else ''}."
    return InputError(message, f"{SHAPES} Or name the path of the records, such as data.items.")


def _described(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the paths of objects and lists with what they hold, for a message."""
    if isinstance(node, dict) and path.count(".") < DEEPEST:
        yield path, f"an object of {', '.join(map(str, list(node)[:5]))}{', …' if len(node) > 5 else ''}"
        for key, value in node.items():
            yield from _described(value, f"{path}.{key}" if path else str(key))
    elif isinstance(node, list):
        kinds = ", ".join(dict.fromkeys(type(item).__name__ for item in node[:LOOKED_AT]))
        yield path, f"a list of {len(node):,}: {kinds}" if node else "an empty list"


# The places in a node


def _places(node: Any, path: str, header: bool | None) -> Iterator[Place]:
    if path.count(".") > DEEPEST:
        return
    if isinstance(node, list):
        yield from _in_list(node, path, header)
    elif isinstance(node, dict):
        yield from _in_object(node, path, header)


def _in_list(items: list[Any], path: str, header: bool | None) -> Iterator[Place]:
    last = path.rpartition(".")[2].replace("[]", "")
    filled = [item for item in items if item is not None]
    if not filled:
        if not path:
            yield Place(path, 0, [], lambda notes, warnings: {})
    elif all(isinstance(item, dict) for item in filled):
        deeper = list(_places(filled[0], f"{path}[]", header)) if len(filled) == 1 else []
        if not any(place.rows > 1 for place in deeper):
            yield _of_records(items, path, header)
        yield from deeper
    elif all(isinstance(item, str) for item in filled):
        yield _of_values(items, path, last or TEXT_COLUMN)
    elif all(isinstance(item, list) for item in filled):
        yield from _of_lists(items, path, header, last)
    elif any(isinstance(item, dict) for item in filled):
        if not path:
            at = next(i for i, item in enumerate(items) if item is not None and not isinstance(item, dict))
            message = f"The list mixes objects with other values: item {at + 1:,} is {as_text(items[at])[:40]}."
            raise InputError(message, "Each item must be an object with the same keys.")
    elif not path:
        yield _of_values(items, path, VALUE_COLUMN)


def _of_values(items: Sequence[Any], path: str, column: str) -> Place:
    return Place(path, len(items), _some(items), lambda notes, warnings: {column: column_from_values(list(items))})


def _of_lists(items: list[Any], path: str, header: bool | None, last: str) -> Iterator[Place]:
    rows = [item or [] for item in items]
    if all(is_chat(row) for row in rows):
        chats = [{last or CHAT_COLUMN: row} for row in rows]
        yield Place(path, len(rows), _some(chats), lambda notes, warnings: to_columns(chats, notes, warnings))
    elif all(isinstance(part, dict) for row in rows for part in row):
        yield _of_records(list(chain.from_iterable(rows)), f"{path}[]", header)
    elif all(is_numeric(row) for row in rows):
        yield _of_values(items, path, last or VECTOR_COLUMN)
    else:
        body, found = _named_rows(rows, header)
        yield _of_rows(body, path, found)


def _named_rows(rows: list[list[Any]], header: bool | None) -> tuple[list[list[Any]], list[str]]:
    """Return rows without their header, and the names of their columns."""
    if header is None:
        texts = [["" if v is None else as_text(v) for v in row] for row in rows[:200]]
        header = bool(rows[0]) and all(isinstance(v, str) for v in rows[0]) and has_header(texts)
    width = max(len(row) for row in rows)
    names = [str(v) for v in rows[0]] if header else []
    names += [f"column {i + 1}" for i in range(len(names), width)]
    return (rows[1:] if header else rows), names


def _of_rows(rows: list[list[Any]], path: str, names: list[str]) -> Place:
    def build(notes: list[str], warnings: list[str]) -> Columns:
        return {
            name: column_from_values([row[i] if i < len(row) else None for row in rows]) for i, name in enumerate(names)
        }

    return Place(path, len(rows), _some(rows), build)


def _of_records(records: Sequence[Record | None], path: str, header: bool | None) -> Place:
    some = _some([record for record in records if record])
    wrapper = _wrapper(some)
    inner = list(dict.fromkeys(below for record in some for below in _lists_below(record)))

    def build(notes: list[str], warnings: list[str]) -> Columns:
        if inner:
            named = ", ".join(repr(f"{path}[].{below}") for below in inner[:3])
            warnings.append(f"The records hold lists of records, kept as JSON. Name {named} as the path to read these.")
        return to_columns(records if wrapper is None else _unwrapped(records, wrapper), notes, warnings)

    def within() -> list[Place]:
        found: list[Place] = []
        for below in inner:
            told = walk(list(records), f"[].{below}")
            found += [] if not told else list(_places(told, f"{path}[].{below}", header))
        return found

    if wrapper is None:
        return Place(path, len(records), _some(records), build, within)
    return Place(f"{path}[].{wrapper}", len(records), _unwrapped(some, wrapper), build, within)


def _unwrapped(records: Sequence[Record | None], wrapper: str) -> list[Record | None]:
    own = {key for record in records if record and record.get(wrapper) for key in record[wrapper]}
    found: list[Record | None] = []
    for record in records:
        inner = (record or {}).get(wrapper) or {}
        beside = {key: value for key, value in (record or {}).items() if key != wrapper}
        found.append({**{f"parent.{key}" if key in own else key: value for key, value in beside.items()}, **inner})
    return found


def _wrapper(records: Sequence[Record]) -> str | None:
    """Return the field that holds the record itself: an object with all the text there is, beside an id and a score."""
    objects = Counter(key for record in records for key, value in record.items() if isinstance(value, dict))
    found = [key for key, count in objects.items() if count >= WRAPPED * len(records) and key in WRAPPERS]
    if len(found) != 1:
        return None
    (wrapper,) = found
    outside = any(
        is_text(leaf) for record in records for key, value in record.items() if key != wrapper for leaf in leaves(value)
    )
    inside = any(is_text(leaf) for record in records for leaf in leaves(record.get(wrapper)))
    return wrapper if inside and not outside else None


def _lists_below(record: Record, prefix: str = "") -> Iterator[str]:
    """Yield the paths of the lists of records, or of texts, in a record."""
    for key, value in record.items():
        if isinstance(value, dict) and prefix.count(".") < DEEPEST:
            yield from _lists_below(value, f"{prefix}{key}.")
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value) and not is_chat(value):
            yield f"{prefix}{key}"


# The places in an object


def _in_object(node: dict[str, Any], path: str, header: bool | None) -> Iterator[Place]:
    lists = {key: value for key, value in node.items() if isinstance(value, list) and value}
    objects = {key: value for key, value in node.items() if isinstance(value, dict) and value}
    if (whole := _as_written(node, path, header)) is not None:
        yield whole
        return
    taken: set[str] = set()
    for parallel in _parallel(node):
        taken |= parallel.keys()
        yield _of_parallel(parallel, path)
    if not taken and not objects and _are_parts(lists):
        yield _of_parts(lists, path, header)
        return
    for key, value in lists.items():
        if key not in taken:
            yield from _in_list(value, _join(path, key), header)
    if len(objects) > 1 and all(value is None or key in objects for key, value in node.items()):
        yield from _of_objects(objects, path)
    for key, inner in objects.items():
        if key not in taken:
            yield from _in_object(inner, _join(path, key), header)
    if not path and node and _is_plain(node.values()):
        yield _of_records([node], path, header)


def _as_written(node: dict[str, Any], path: str, header: bool | None) -> Place | None:
    """Return the table of an object that says itself which its columns are, as pandas and databases write it."""
    if _is_pandas_table(node):
        index = node["schema"].get("primaryKey", [])
        rows = [{key: value for key, value in row.items() if key not in index} for row in node["data"]]
        return _of_records(rows, _join(path, "data"), header)
    if found := _rows_with_names(node):
        key, names = found
        return _of_rows(node[key], _join(path, key), names)
    return None


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _is_pandas_table(node: dict[str, Any]) -> bool:
    schema, data = node.get("schema"), node.get("data")
    fields = isinstance(schema, dict) and isinstance(schema.get("fields"), list)
    return fields and isinstance(data, list) and bool(data) and all(isinstance(row, dict) for row in data)


def _rows_with_names(node: dict[str, Any]) -> tuple[str, list[str]] | None:
    """Return the field of rows that are lists, and the names of their columns from another field."""
    for other in HEADERS:
        names = _names(node.get(other))
        for key, rows in node.items():
            wide = isinstance(rows, list) and rows and all(isinstance(r, list) and len(r) == len(names) for r in rows)
            if wide and names and key != other:
                return key, names
    return None


def _names(value: Any) -> list[str]:
    """Return the names of columns in a list of them, or of objects that describe them; else nothing."""
    if not isinstance(value, list):
        return []
    if all(isinstance(item, dict) for item in value):
        value = [next((item[key] for key in ("name", "label", "title", "id") if key in item), None) for item in value]
    return [str(item) for item in value] if all(isinstance(item, str | int) for item in value) else []


def _are_parts(lists: dict[str, list[Any]]) -> bool:
    """Say whether lists are parts of one table, such as splits or classes: all of texts, or of records alike."""
    if len(lists) < 2:
        return False
    if all(isinstance(item, str) for items in lists.values() for item in items):
        return True
    if not all(isinstance(item, dict) for items in lists.values() for item in items):
        return False
    fields = {frozenset(chain.from_iterable(items[:LOOKED_AT])) for items in lists.values()}
    return len(fields) == 1 or set(lists) <= SPLITS


def _of_parts(lists: dict[str, list[Any]], path: str, header: bool | None) -> Place:
    column = SPLIT_COLUMN if set(lists) <= SPLITS else LABEL_COLUMN
    records = [
        {**(item if isinstance(item, dict) else {TEXT_COLUMN: item}), column: part}
        for part, items in lists.items()
        for item in items
    ]
    return _of_records(records, path, header)


def _parallel(node: dict[str, Any]) -> Iterator[dict[str, list[Any]]]:
    """Yield the sets of lists of one length that hold a value for each row, as vector databases and pandas write."""
    by_length: dict[int, dict[str, list[Any]]] = {}
    for key, value in node.items():
        only = next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else value
        if isinstance(only, list) and only:
            by_length.setdefault(len(only), {})[key] = only
    for length, lists in by_length.items():
        batched = {
            key: value for key, value in lists.items() if all(item is None or isinstance(item, list) for item in value)
        }
        if len(batched) > 1 and _are_batches(batched):
            yield _unbatched(batched)
            continue
        described = {key for key, value in lists.items() if any(isinstance(item, dict) for item in value)}
        if length == 1 and "ids" not in node and (described or lists.keys() != node.keys()):
            continue  # Two lists of one value are of one length by chance.
        columns = lists if len(described) == 1 else {key: lists[key] for key in lists if key not in described}
        if len(columns) > 1 or (columns.keys() == node.keys() and _is_plain(next(iter(columns.values())))):
            yield columns


def _is_plain(values: Iterable[Any]) -> bool:
    return not any(isinstance(value, dict | list) for value in values)


def _are_batches(lists: dict[str, list[Any]]) -> bool:
    """Say whether each list holds a list of answers for each of several queries."""
    lengths = {tuple(len(item) for item in value if item is not None) for value in lists.values()}
    inner = [part for value in lists.values() for item in value for part in (item or [])]
    return len(lengths) == 1 and any(isinstance(part, str | dict) for part in inner)


def _unbatched(lists: dict[str, list[Any]]) -> dict[str, list[Any]]:
    flat = {key: [part for item in value for part in item or []] for key, value in lists.items()}
    first = next(iter(lists.values()))
    if len(first) > 1:
        flat[QUERY_COLUMN] = [number for number, item in enumerate(first, 1) for _ in item or []]
    return flat


def _of_parallel(lists: dict[str, list[Any]], path: str) -> Place:
    rows = len(next(iter(lists.values())))

    def record(row: int) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for key, values in lists.items():
            value = values[row]
            inner = value if isinstance(value, dict) else None
            if inner is None:
                fields[key] = value
            else:
                fields |= {f"{key}.{name}" if name in lists else name: part for name, part in inner.items()}
        return fields

    def build(notes: list[str], warnings: list[str]) -> Columns:
        described = {key for key, values in lists.items() if any(isinstance(value, dict) for value in values)}
        records = [record(row) for row in range(rows)]
        columns = to_columns(records, notes, warnings)
        return {name: column for name, column in columns.items() if name not in described}

    return Place(path, rows, [record(row) for row in _sample(rows)], build)


def _of_objects(objects: dict[str, dict[str, Any]], path: str) -> Iterator[Place]:
    """Yield an object of objects as a table: a row each, or a column each as pandas writes them."""
    counts = Counter(key for value in objects.values() for key in value)
    if not counts or 2 * max(counts.values()) < len(objects) or counts.total() == 0:
        return
    if _are_columns(objects, counts):
        labels = list(counts)
        numbered = all(label.isdecimal() for label in labels)
        keys: dict[str, list[Any]] = {} if numbered else {KEY_COLUMN: labels}
        lists = {**keys, **{key: [value.get(label) for label in labels] for key, value in objects.items()}}
        yield _of_parallel(lists, path)
        return
    numbered = list(objects) == [str(i) for i in range(len(objects))]
    repeated = all(str(value.get("id", value.get("_id"))) == key for key, value in objects.items())
    records = [value if numbered or repeated else {KEY_COLUMN: key, **value} for key, value in objects.items()]
    yield _of_records(records, path, None)


def _are_columns(objects: dict[str, dict[str, Any]], counts: Counter[str]) -> bool:
    """Say whether the objects are columns: their keys are numbers of rows, or their values alike within each only."""
    if any(isinstance(part, dict) for value in objects.values() for part in value.values()):
        return False
    if all(key.isdecimal() for key in counts):
        return True
    down = all(_alike(value.values()) for value in objects.values())
    across = all(_alike(value.get(key) for value in objects.values()) for key in counts)
    if down != across:
        return down
    return down and bool({known_name(key) for key in objects} & NAMES)


def _alike(values: Any) -> bool:
    return len({type(value) for value in values if value is not None}) <= 1


def _some(items: Sequence[Any]) -> list[Any]:
    return [items[i] for i in _sample(len(items))]


def _sample(count: int) -> range:
    return range(0, count, max(1, count // LOOKED_AT))
