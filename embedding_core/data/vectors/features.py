"""Columns of numbers and categories as the vector of each row: structured data."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix

MAX_CATEGORIES = 50
"""Of a column with more, the most frequent have a dimension each and all others share one."""
OTHER = "other"


@dataclass(frozen=True, eq=False)
class Features:
    """Standardized numbers and one-hot categories."""

    matrix: Matrix
    """(n, dim) float32: numbers have mean 0 and standard deviation 1, categories and booleans are 0 or 1."""
    names: tuple[str, ...]
    """The name of each dimension: a column, or `column = value` of a category."""
    warnings: tuple[str, ...] = ()
    """What was filled in or put together, one sentence each."""


def column_features(frame: pd.DataFrame, columns: tuple[str, ...], name: str) -> Features:
    """Return columns as a vector for each row, so that no column counts for more because its numbers are larger.

    Missing numbers take the median of their column, missing categories are a category of their own. Times are numbers.

    Raises:
        InputError: a column holds neither numbers nor categories, has no value at all, or there are fewer than two
            dimensions.
    """
    parts: list[NDArray[Any]] = []
    names: list[str] = []
    warnings: list[str] = []
    for column in columns:
        values, parts_names = _features(frame[column], column, name, warnings)
        parts.append(values)
        names += parts_names
    if len(names) < 2:
        message = f"The columns {', '.join(columns)} of {name} make {len(names)} dimension."
        raise InputError(message, "Choose at least two columns of numbers.")
    return Features(np.column_stack(parts).astype(np.float32), tuple(names), tuple(warnings))


def numeric_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns of numbers; booleans are none."""
    numeric, boolean = pd.api.types.is_numeric_dtype, pd.api.types.is_bool_dtype
    return [str(name) for name in frame.columns if numeric(frame[name].dtype) and not boolean(frame[name].dtype)]


def can_be_feature(cells: "pd.Series[Any]") -> bool:
    """Say whether a column holds numbers, booleans, times, or texts of few different values."""
    if isinstance(cells.dtype, pd.StringDtype | pd.CategoricalDtype):
        return bool(cells.nunique() <= MAX_CATEGORIES)
    kinds = (pd.api.types.is_numeric_dtype, pd.api.types.is_bool_dtype, pd.api.types.is_datetime64_any_dtype)
    return any(is_kind(cells.dtype) for is_kind in kinds) and bool(cells.notna().any())


def _features(cells: "pd.Series[Any]", column: str, name: str, warnings: list[str]) -> tuple[NDArray[Any], list[str]]:
    """Return the dimensions of one column, (n, 1 or more), and their names."""
    if not cells.notna().any():
        raise InputError(f"Column {column!r} of {name} has no values.", "Leave it out.")
    if pd.api.types.is_bool_dtype(cells.dtype):
        return _imputed(cells.astype("Float64"), column, warnings), [column]
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return _scaled(_imputed(cells.astype("Float64"), column, warnings)), [column]
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        days = (cells - cells.min()) / pd.Timedelta(days=1)
        return _scaled(_imputed(days, column, warnings)), [column]
    if isinstance(cells.dtype, pd.StringDtype | pd.CategoricalDtype):
        return _one_hot(cells, column, name, warnings)
    raise InputError(f"Column {column!r} of {name} holds neither numbers nor categories.", "Leave it out.")


def _imputed(cells: "pd.Series[Any]", column: str, warnings: list[str]) -> NDArray[np.float64]:
    """Return numbers as (n, 1), the median in place of those that are missing or infinite."""
    from sklearn.impute import SimpleImputer

    numbers = cells.to_numpy(np.float64, na_value=np.nan)[:, None]
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    if missing := int(np.isnan(numbers).sum()):
        filled: NDArray[np.float64] = SimpleImputer(strategy="median").fit_transform(numbers)
        values = "1 value was" if missing == 1 else f"{missing:,} values were"
        warnings.append(f"{values} missing in column {column!r} and taken for its median, {np.nanmedian(numbers):.6g}.")
        return filled
    return numbers


def _scaled(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    from sklearn.preprocessing import StandardScaler

    scaled: NDArray[np.float64] = StandardScaler().fit_transform(numbers)
    return scaled


def _one_hot(
    cells: "pd.Series[Any]", column: str, name: str, warnings: list[str]
) -> tuple[NDArray[np.float64], list[str]]:
    """Return the categories of a column, each 0 or 1: (n, categories)."""
    from sklearn.preprocessing import OneHotEncoder

    texts = cells.astype("str").fillna("").str.strip()
    distinct = texts.nunique()
    if distinct > MAX_CATEGORIES and 2 * distinct > len(texts):
        message = f"Column {column!r} of {name} has {distinct:,} different values in {len(texts):,} rows."
        raise InputError(message, "That is text and no category: leave it out, or embed it with a text encoder.")
    encoder = OneHotEncoder(max_categories=MAX_CATEGORIES, sparse_output=False, dtype=np.float64)
    values: NDArray[np.float64] = encoder.fit_transform(texts.to_numpy(object)[:, None])
    groups = encoder.infrequent_categories_[0]
    rare = set() if groups is None else set(groups)
    names = [f"{column} = {value or '(empty)'}" for value in encoder.categories_[0] if value not in rare]
    if rare:
        names.append(f"{column} = {OTHER}")
        warnings.append(f"Column {column!r} has {distinct:,} categories; the {len(rare):,} rarest share one dimension.")
    return values, names
