"""Records of JSON as columns: nested objects flattened, lists of texts joined, the rest as JSON."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeAlias

from embedding_core.base.config import load_config
from embedding_core.data.columns import ArrowColumn, as_text, column_from_values

Record: TypeAlias = Mapping[str, Any]

ROLES = ("role", "from", "speaker", "sender")
CONTENTS = ("content", "value", "text", "message", "utterance")
MANY_KEYS = 64
"""An object of as many different keys over all records, most of them in few, is a map and no part of a record."""
RARE, OWN = 0.2, 1.2
"""In up to this share of the records, or in up to so many."""
LONG_TEXT = 40
MIN_WORDLESS = 8
"""Characters of a text without blanks, as Chinese and Japanese have it."""
_NAMED = 5


def to_columns(records: Sequence[Record | None], notes: list[str], warnings: list[str]) -> dict[str, ArrowColumn]:
    """Return the union of the fields of records as Arrow columns, by dotted names for what is nested.

    Args:
        records: objects; None is a row without a value.
        notes: what was understood is added to them.
        warnings: what was left out is added to them.
    """
    if any(dict in map(type, record.values()) for record in records if record):
        maps = _maps(records)
        if maps:
            named = ", ".join(repr(name) for name in sorted(maps)[:_NAMED])
            warnings.append(f"The keys of {named} differ from record to record; they were kept as JSON.")
        records = [None if record is None else dict(_flat(record, maps)) for record in records]
    filled = Counter(chain.from_iterable(record for record in records if record))
    names = list(filled)
    if len(names) > (limit := load_config().max_columns):
        kept = {name for name, _ in filled.most_common(limit)}
        left = [name for name in names if name not in kept]
        named = ", ".join(left[:_NAMED])
        warnings.append(
            f"{len(left):,} fields beyond {limit:,} were left out, those that fewest records have: {named}, …"
        )
        names = [name for name in names if name in kept]
    columns = {}
    for name in names:
        cells = _cells(name, [record.get(name) if record else None for record in records], notes)
        columns[name] = column_from_values(cells)
    return columns


def _maps(records: Iterable[Record | None]) -> frozenset[str]:
    """Return the dotted names of objects that are maps: their keys are values, such as ids, and no names of fields."""
    keys: dict[str, Counter[str]] = {}
    seen: Counter[str] = Counter()

    def look(name: str, value: Record) -> None:
        seen[name] += 1
        keys.setdefault(name, Counter()).update(value.keys())
        for key, inner in value.items():
            if isinstance(inner, dict) and len(keys) <= load_config().max_columns:
                look(f"{name}.{key}", inner)

    for record in records:
        for key, value in (record or {}).items():
            if isinstance(value, dict):
                look(key, value)
    return frozenset(
        name
        for name, counts in keys.items()
        if len(counts) > MANY_KEYS and counts.total() < len(counts) * max(RARE * seen[name], OWN)
    )


def _flat(record: Record, maps: frozenset[str], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the fields of a record, those of objects in it by dotted names."""
    for key, value in record.items():
        name = f"{prefix}{key}"
        while isinstance(value, dict) and len(value) == 1 and (only := next(iter(value))).startswith("$"):
            value = value[only]  # MongoDB's {"$oid": "…"}, {"$date": …}
        if not isinstance(value, dict):
            yield name, value
        elif name in maps:
            yield name, as_text(value)
        elif value:
            yield from _flat(value, maps, f"{name}.")
        else:
            yield name, None


def _cells(name: str, values: list[Any], notes: list[str]) -> list[Any]:
    """Return the values of a column with every list in it as numbers, as text, or as JSON."""
    lists = [value for value in values if isinstance(value, list)] if list in set(map(type, values)) else []
    if not lists or all(is_numeric(value) for value in lists):
        return values
    if all(is_chat(value) for value in lists if value):
        notes.append(f"The turns of {name!r} were joined, one a line.")
        return [join_turns(value) if isinstance(value, list) else value for value in values]
    if all(isinstance(part, str) or part is None for value in lists for part in value):
        parts = [part for value in lists[:1_000] for part in value if part]
        mark = "\n" if any("," in part or len(part) > LONG_TEXT for part in parts) else ", "
        return [mark.join(part or "" for part in value) if isinstance(value, list) else value for value in values]
    return [as_text(value) if isinstance(value, list) else value for value in values]


def is_numeric(value: list[Any]) -> bool:
    """Say whether a list holds numbers alone, or lists of them."""
    if value and all(isinstance(part, list) for part in value):
        return all(is_numeric(part) for part in value)
    return all(isinstance(part, int | float) and not isinstance(part, bool) for part in value)


def is_chat(value: Any) -> bool:
    """Say whether a value is a conversation: a list of turns, each with a role and what was said."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(turn, dict) and _first(turn, ROLES) and _first(turn, CONTENTS) for turn in value)
    )


def _first(turn: Record, names: Iterable[str]) -> str | None:
    return next((name for name in names if name in turn), None)


def join_turns(turns: list[Record]) -> str:
    """Return a conversation as text, a line a turn: "user: …"."""
    lines = []
    for turn in turns:
        said = turn[_first(turn, CONTENTS) or ""]
        if isinstance(said, list):  # of parts, some of which may be pictures
            texts = (part.get("text") if isinstance(part, dict) else part for part in said)
            said = " ".join(text for text in texts if isinstance(text, str))
        lines.append(f"{turn[_first(turn, ROLES) or '']}: {'' if said is None else as_text(said)}")
    return "\n".join(lines)


def is_text(value: Any) -> bool:
    """Say whether a value is a text rather than a name, a number or an address."""
    if not isinstance(value, str) or value.startswith(("http://", "https://", "data:")):
        return False
    return " " in value.strip() or (not value.isascii() and len(value) >= MIN_WORDLESS)


def leaves(value: Any) -> Iterator[Any]:
    """Yield the values in a record, not those of the records in its lists."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        if is_chat(value):
            yield join_turns(value)
        elif not any(isinstance(part, dict) for part in value[:1]):
            for part in value:
                yield from leaves(part)
    elif value is not None:
        yield value
