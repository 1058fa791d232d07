"""The options of the commands, made from dataclasses: one field, one option.

A command is a typed function. What several commands take stands here as dataclasses; what an analysis takes stands in
its own parameter dataclass, and `options_of` turns that into options: name, type, default and help of each field come
from there, and so does the range, since the dataclass checks it when `build` makes it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, make_dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from cyclopts import Parameter, Token
from docstring_parser import parse_from_object

from embedding_core import encoders
from embedding_core.base.errors import ParameterError
from embedding_core.cli.reading import ReadingOptions
from embedding_core.engine import Engine

_Params = TypeVar("_Params")

CommandEngine = Annotated[Engine, Parameter(parse=False)]
"""The engine a command works with: passed by the command line, no option."""
Flat = Parameter(name="*")
"""Of a dataclass in a signature: each of its fields is an option of the command."""
InputGroup = Parameter(name="*", group="Input")
"""As `Flat`, under a heading of its own in the help."""
Data = Annotated[
    Path, Parameter(help="A table (CSV, TSV, JSON, JSONL, Parquet, XLSX, TXT), or a folder or ZIP of images.")
]
Out = Annotated[Path | None, Parameter(help="Write the result there: .npy, .parquet or .csv.")]
FreeText = Parameter(allow_leading_hyphen=True)
"""Of an option whose value is anybody's text, which may begin with a hyphen."""


@dataclass(frozen=True, kw_only=True)
class DatasetOptions:
    """Which rows of a file are read."""

    text_column: str | None = None
    """Column of texts; detected when left out."""
    vectors_column: str | None = None
    """Column of ready-made vectors; detected when left out."""
    columns: Annotated[tuple[str, ...], Parameter(n_tokens=1, converter=lambda t, v: comma_separated(t, v))] = ()
    """Columns of numbers and categories that together are the vector of each row: standardized, one-hot."""
    metadata: Path | None = None
    """A file with one row for each vector of a file of vectors."""
    reading: Annotated[ReadingOptions, Parameter(name="*", group="Reading")] = field(default_factory=ReadingOptions)
    sample: int | None = None
    """Draw this many rows at random."""
    seed: int = 0
    """Seed of everything that is random."""


@dataclass(frozen=True, kw_only=True)
class EmbeddingOptions(DatasetOptions):
    """Which rows of a file are read, and by which encoder."""

    encoder: Annotated[
        str | None,
        Parameter(
            help="A name that `info` lists, a folder, or a model of the Hugging Face hub. "
            f"[default: {encoders.DEFAULT_ENCODER}, for images {encoders.DEFAULT_IMAGE_ENCODER}]"
        ),
    ] = None


def options_of(
    kinds: type | Mapping[str, type], *, names: Mapping[str, str] | None = None, without: Collection[str] = ("seed",)
) -> Any:
    """Return a dataclass of options with every field of one or several parameter dataclasses.

    A field is None until its option is given, so that `build` can tell what was given from what is a default.

    Args:
        kinds: a parameter dataclass, or one for each value of the option `--method`.
        names: the names of options that are not called like their field.
        without: fields that are no option; `seed` is an option of every command that reads a file.
    """
    methods = kinds if isinstance(kinds, Mapping) else {"": kinds}
    found: dict[str, tuple[Any, dict[str, str]]] = {}
    for method, kind in methods.items():
        hints, helps = get_type_hints(kind), _helps(kind)
        for one in fields(kind):
            if one.name not in without:
                text = helps.get(one.name, "") + _default(one.default)
                found.setdefault(one.name, (hints[one.name], {}))[1][method] = text
    options = []
    for name, (hint, texts) in found.items():
        settings: dict[str, Any] = {"help": _help(texts, everywhere=len(texts) == len(methods))}
        if names and name in names:
            settings["name"] = names[name]
        if get_origin(hint) is tuple:
            settings |= {"n_tokens": 1, "converter": comma_separated}
        options.append((name, Annotated[hint | None, Parameter(**settings)], field(default=None)))
    return make_dataclass("Options", options, frozen=True, kw_only=True)


def build(kind: type[_Params], options: Any, method: str = "", /, **fixed: Any) -> _Params:
    """Return the parameters that the options give; what was not given has the default of the dataclass.

    Args:
        kind: the parameter dataclass to make.
        options: an instance of what `options_of` returned.
        method: the value of `--method`, for the message.
        fixed: fields that are no options, such as the seed; those that `kind` does not have are ignored.

    Raises:
        ParameterError: a value is out of range, or was given and is no parameter of this method.
    """
    given = {one.name: getattr(options, one.name) for one in fields(options)}
    given = {name: value for name, value in given.items() if value is not None}
    own = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    if foreign := sorted(given.keys() - own):
        message = f"{method} has no parameter {foreign[0].replace('_', '-')}."
        raise ParameterError(message, "Leave it out, or choose another --method.")
    return kind(**given, **{name: value for name, value in fixed.items() if name in own})


def _helps(kind: type) -> dict[str, str]:
    """Return the help of each field: that of its metadata, or the first paragraph of its docstring."""
    texts = {one.arg_name: one.description or "" for one in parse_from_object(kind).params}
    for one in fields(kind):
        # The form of the map's page has its help in the metadata, written for a person who sets the value.
        if written := getattr(one.metadata.get("parameter"), "help", ""):
            texts[one.name] = written
    return {name: " ".join(text.split("\n\n")[0].split()) for name, text in texts.items()}


def _default(value: Any) -> str:
    if value is None or value is False or value == ():
        return ""
    if isinstance(value, tuple):
        return f" [default: {','.join(map(str, value))}]"
    return f" [default: {value.value if isinstance(value, Enum) else value}]"


def _help(texts: dict[str, str], *, everywhere: bool) -> str:
    """Return the help of a field that several methods may have, each with a default of its own."""
    if len(set(texts.values())) == 1:
        text = next(iter(texts.values())).strip()
        return text if everywhere else f"{', '.join(texts)}: {text}"
    return " ".join(f"{method}: {text.strip()}" for method, text in texts.items())


def comma_separated(type_: Any, tokens: tuple[Token, ...]) -> tuple[Any, ...]:
    """Return the values of `--dims 256,64`, each of the tuple's own type.

    Raises:
        ValueError: a part is none of them.
    """
    kind = get_args(type_)[0]
    parts = [part.strip() for token in tokens for part in token.value.split(",")]
    try:
        return tuple(kind(part) for part in parts)
    except ValueError:
        wanted = f"one or more of {','.join(kind)}" if issubclass(kind, Enum) else "numbers, as in 256,64"
        raise ValueError(f"{tokens[0].value!r} is not {wanted}.") from None
