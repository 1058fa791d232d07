"""Folders that tell training pictures from test pictures, and those that tell classes apart."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Folders = tuple[str, ...]

SPLITS = frozenset(
    "train training trn test testing tst val valid validation validate dev development eval evaluation holdout pred "
    "prediction".split()
)
GENERIC = frozenset("set data dataset image images img imgs picture pictures photo photos folder dir".split())
"""What is said of a split without telling it from another."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")
_COMMON = 0.5


@dataclass(frozen=True)
class Place:
    """What the folders around a file say of it."""

    label: str = ""
    """The folder that names its class."""
    path: str = ""
    """All folders but that of the split."""
    split: str = ""


def places(folders: Sequence[Folders], pictures: Sequence[bool]) -> list[Place]:
    """Return what its folders say of each file.

    Without splits the class is the first folder. With them it is the first folder below the split that has siblings,
    and where there is none, the one above it.

    Args:
        folders: of each file, without those that all share.
        pictures: which files are pictures: only these decide.
    """
    seen = [own for own, is_picture in zip(folders, pictures, strict=True) if is_picture] or list(folders)
    level = split_level(seen)
    if level is None:
        return [Place(own[0] if own else "", "/".join(own)) for own in folders]
    parted = [_parted(own, level) for own in folders]
    classes = _class_level([rest for split, rest in (_parted(own, level) for own in seen) if split], level)
    return [Place(rest[classes] if len(rest) > classes else "", "/".join(rest), split) for split, rest in parted]


def split_level(folders: Sequence[Folders]) -> int | None:
    """Return on which level, from 0, folders are splits; None when on none.

    They are where every folder is called like a split, by at least two names that differ in nothing else (`train2017`,
    `val2017`). Other folders may stand beside such, if the folders below the splits repeat each other as classes do.
    """
    for level in range(max(map(len, folders), default=0)):
        names = Counter(own[level] for own in folders if len(own) > level)
        words = {name: word for name in names if (word := _split_word(name)) is not None}
        if len({word for word, _ in words.values()}) < 2 or len({rest for _, rest in words.values()}) > 1:
            continue
        if names.total() >= _COMMON * len(folders) and (len(words) == len(names) or _repeat(folders, level, words)):
            return level
    return None


def _split_word(name: str) -> tuple[str, Folders] | None:
    """Return the word for a split in the name of a folder, and its other words; None when it has not exactly one."""
    words = [word.lower() for word in _WORD.findall(name)]
    splits = [word for word in words if word in SPLITS]
    rest = tuple(word for word in words if word not in SPLITS and word not in GENERIC)
    return (splits[0], rest) if len(splits) == 1 else None


def _repeat(folders: Sequence[Folders], level: int, splits: dict[str, tuple[str, Folders]]) -> bool:
    """Say whether the splits hold folders of the same names."""
    below = [{own[level + 1] for own in folders if len(own) > level + 1 and own[level] == split} for split in splits]
    first, second, *_ = [*sorted(filter(None, below), key=len, reverse=True), set[str](), set[str]()]
    return len(first & second) >= max(1, _COMMON * len(second))


def _parted(own: Folders, level: int) -> tuple[str, Folders]:
    """Return the split and the other folders; archives often hold a split in a folder of its own name."""
    if len(own) <= level:
        return "", own
    split, below = own[level], own[level + 1 :]
    while below and below[0] == split:
        below = below[1:]
    return split, own[:level] + below


def _class_level(rests: list[Folders], level: int) -> int:
    """Return which of the other folders names the class: the first below the split that has siblings, else above."""
    levels = [*range(level, max(map(len, rests), default=0)), *range(level)]
    return next((i for i in levels if len({rest[i] for rest in rests if len(rest) > i}) > 1), len(levels))
