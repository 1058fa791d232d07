"""The way in: files, pasted text, vectors and samples become data sets."""

from embedding_core.sources.build import build_dataset
from embedding_core.sources.choose import ColumnChoice, guess
from embedding_core.sources.read import read_pasted, read_table
from embedding_core.sources.samples import Sample, list_samples, load_sample
from embedding_core.sources.table import Format, ReadOptions, ReadReport, Table
from embedding_core.sources.vectors import matrix_of, read_vectors, vector_columns

__all__ = [
    "ColumnChoice",
    "Format",
    "ReadOptions",
    "ReadReport",
    "Sample",
    "Table",
    "build_dataset",
    "guess",
    "list_samples",
    "load_sample",
    "matrix_of",
    "read_pasted",
    "read_table",
    "read_vectors",
    "vector_columns",
]
