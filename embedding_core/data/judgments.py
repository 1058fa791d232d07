"""Relevance judgments: queries and the documents that were judged for them."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass

from embedding_core.base.errors import InputError
from embedding_core.base.keys import fingerprint
from embedding_core.base.store import Store
from embedding_core.base.types import Key

_NAMED = 3


@dataclass(frozen=True)
class Judgments:
    """Queries with graded relevance judgments of documents."""

    queries: dict[str, str]
    """The text of each query, by its id."""
    grades: dict[str, dict[str, int]]
    """For each judged query the grade of each judged document, by ids: above 0 is relevant, more is better."""
    warnings: tuple[str, ...] = ()
    """What was skipped and why, as sentences."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "warnings", tuple(self.warnings))

    @property
    def count(self) -> int:
        """The number of judgments over all queries."""
        return sum(map(len, self.grades.values()))


def checked(judgments: Judgments, documents: Collection[str]) -> Judgments:
    """Return the judgments that can be evaluated: queries with a text and a relevant document in the data set.

    What is skipped is listed in `warnings`. No engine can find a document that is not there, and a query without a
    relevant document scores 0 whatever is found.

    Raises:
        InputError: nothing is left.
    """
    known, queries = frozenset(documents), judgments.queries
    unknown = [name for given in judgments.grades.values() for name in given if name not in known]
    grades = {
        query: {name: grade for name, grade in given.items() if name in known}
        for query, given in judgments.grades.items()
        if query in queries
    }
    measured = {query: given for query, given in grades.items() if any(grade > 0 for grade in given.values())}
    left_out = (
        _said("judgments of documents that are not in the data set", unknown),
        _said("judged queries without a text", [query for query in judgments.grades if query not in queries]),
        _said("queries without judgments", [query for query in queries if not judgments.grades.get(query)]),
        _said("queries without a relevant document", [query for query in grades if query not in measured]),
    )
    record = tuple(filter(None, left_out))
    if not measured:
        reason = record[0] if record else "There are no judgments."
        raise InputError(
            f"No query can be evaluated. {reason}",
            "Judge documents of this data set, given by their IDs, with grades above 0.",
        )
    return Judgments({query: queries[query] for query in measured}, measured, (*judgments.warnings, *record))


def judged(
    before: Judgments | None, query: str, relevant: Collection[str], irrelevant: Collection[str] = ()
) -> Judgments:
    """Return judgments with those of one more query; they replace earlier judgments of the same items.

    Raises:
        InputError: there is no query, or nothing was marked as relevant.
    """
    if not query.strip() or not relevant:
        raise InputError("There are no judgments to save.", "Search, then mark the relevant items.")
    queries = dict(before.queries) if before is not None else {}
    grades = dict(before.grades) if before is not None else {}
    name = next((name for name, text in queries.items() if text == query), f"q{len(queries) + 1}")
    while name not in queries and name in grades:
        name += "'"
    queries[name] = query
    grades[name] = grades.get(name, {}) | dict.fromkeys(irrelevant, 0) | dict.fromkeys(relevant, 1)
    return Judgments(queries, grades)


def _said(what: str, names: list[str]) -> str:
    """Return a warning with the number of skipped names and the first of them; empty when there are none."""
    if not names:
        return ""
    first = ", ".join(repr(name[:40]) for name in list(dict.fromkeys(names))[:_NAMED])
    return f"Skipped: {what}, {len(names):,} in all ({first}{', …' if len(set(names)) > _NAMED else ''})."


def keep_judgments(judgments: Judgments, store: Store) -> Key:
    """Store judgments and return their key."""
    record = asdict(judgments)
    key = fingerprint("judgements", 1, record)
    if not store.has("judgements", key):
        with store.write("judgements", key) as folder:
            (folder / "judgements.json").write_text(json.dumps(record))
    return key


def load_judgments(key: Key, store: Store) -> Judgments:
    """Return judgments.

    Raises:
        ArtifactMissingError: the store does not hold them.
    """
    return Judgments(**json.loads((store.open("judgements", key) / "judgements.json").read_text()))
