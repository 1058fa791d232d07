"""What the options of a command make of the columns of a table."""

from dataclasses import replace

import pandas as pd

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.cli.options import DatasetOptions
from embedding_core.data.choose import ColumnChoice, default_vectors
from embedding_core.data.columns import holds_vectors


def chosen(
    choice: ColumnChoice, frame: pd.DataFrame, options: DatasetOptions, encoder: str | None, name: str
) -> ColumnChoice:
    """Return a choice of columns as the options say it, the rest as it was guessed.

    An encoder decides too: `vectors` means those in the file, any other one means its texts.

    Raises:
        InputError: a column is not there or holds something else, or two options contradict each other.
    """
    _check(frame, options, encoder, name)
    own = encoder == encoders.OWN_VECTORS
    if options.text_column is not None:
        ready = (choice.vector_column, choice.numeric) if own else (None, ())
        choice = replace(
            choice, text=(options.text_column,), template=None, keep=None, vector_column=ready[0], numeric=ready[1]
        )
    if options.vectors_column is not None:
        return replace(choice, vector_column=options.vectors_column, numeric=())
    if options.columns:
        return replace(choice, vector_column=None, numeric=options.columns)
    if own:
        return choice if choice.numeric else replace(choice, vector_column=_own_vectors(choice, frame, name))
    if encoder is None or (choice.vector_column is None and not choice.numeric):
        return choice
    if not choice.text and choice.pictures is None:
        message = f"{name} has no text column that {encoder} could embed."
        raise InputError(message, "Leave --encoder out to use its vectors, or name a --text-column.")
    return replace(choice, vector_column=None, numeric=())


def _check(frame: pd.DataFrame, options: DatasetOptions, encoder: str | None, name: str) -> None:
    """Refuse columns that are not there and options that contradict each other."""
    vectors = options.vectors_column
    for column in (options.text_column, vectors, *options.columns):
        if column is not None and column not in frame:
            names = ", ".join(map(str, frame.columns[:20]))
            raise InputError(f"{name} has no column {column!r}.", f"It has: {names}.")
    if vectors is not None and options.columns:
        raise InputError("Both --vectors-column and --columns say what the vectors are.", "Leave one of them out.")
    if encoder not in (None, encoders.OWN_VECTORS) and (vectors is not None or options.columns):
        option = "--vectors-column" if vectors is not None else "--columns"
        raise InputError(f"{option} was given together with --encoder {encoder}.", "Leave one of them out.")
    if vectors is not None and not holds_vectors(frame[vectors]):
        found = [str(other) for other in frame.columns if holds_vectors(frame[other])]
        hint = f"Columns of vectors: {', '.join(found)}." if found else "It has no column of vectors."
        raise InputError(f"Column {vectors!r} of {name} has no vectors of one length.", hint)


def _own_vectors(choice: ColumnChoice, frame: pd.DataFrame, name: str) -> str:
    found = choice.vector_column or default_vectors(frame, alone=True)
    if found is None:
        raise InputError(
            f"{name} has no vectors of its own.", "Choose another --encoder, or name --columns of numbers."
        )
    return found
