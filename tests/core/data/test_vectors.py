"""Ready-made vectors: npy, npz, safetensors, list columns, TensorFlow Projector."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import save_file

from embedding_core.base.errors import InputError
from embedding_core.data.read import read_table
from embedding_core.data.table import Format, ReadOptions, Table
from embedding_core.data.vectors.read import matrix_of, read_vectors, vector_columns

Make = Callable[[str, bytes | str], Path]
MATRIX = np.random.default_rng(0).normal(size=(5, 12))


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a function that writes a file."""

    def go(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return go


def npy(array: Any, *, allow_pickle: bool = False) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=allow_pickle)
    return buffer.getvalue()


def only_matrix(table: Table) -> np.ndarray[Any, Any]:
    (column,) = vector_columns(table)
    return matrix_of(table, column, "x")


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", ">f8", "int8", "uint16", "int64", "bool"])
def test_npy_of_numbers(make: Make, dtype: str) -> None:
    array = (MATRIX * 10).astype(dtype)
    for laid_out in (array, np.asfortranarray(array)):
        matrix = only_matrix(read_vectors(make("upload", npy(laid_out)), "x.npy"))
        assert matrix.dtype == np.float32
        np.testing.assert_array_equal(matrix, array.astype(np.float32))


def spoiled(value: float) -> np.ndarray[Any, Any]:
    array = MATRIX.copy()
    array[3, 4] = array[4, 0] = value
    return array


@pytest.mark.parametrize(
    ("array", "summary"),
    [
        (spoiled(np.nan), r"NaN in 2 of 5 rows \(first: row 3, counting from 0\)"),
        (spoiled(np.inf), r"infinity in 2 of 5 rows \(first: row 3"),
        (spoiled(1e300), r"too large for float32 in 2 of 5 rows \(first: row 3"),
        (MATRIX + 1j, "complex"),
        (np.array(["a", "b"]), "not numbers"),
        (MATRIX[0], r"one row of 12 numbers, shape \(12,\)"),
        (MATRIX[None], r"shape \(1, 5, 12\)"),
        (MATRIX[:0], "no rows"),
        (MATRIX[:, :1], "1 dimensions"),
    ],
)
def test_npy_that_is_no_matrix_of_finite_numbers(make: Make, array: np.ndarray[Any, Any], summary: str) -> None:
    with pytest.raises(InputError, match=summary) as caught:
        read_vectors(make("upload", npy(array)), "x.npy")
    assert caught.value.hint


def test_python_objects_are_never_unpickled(make: Make) -> None:
    array = np.array([[1.0], [2.0, 3.0], None], dtype=object)
    with pytest.raises(InputError, match="can run code"):
        read_vectors(make("upload", npy(array, allow_pickle=True)), "x.npy")
    for name, content in (("x.pkl", b"anything"), ("x.npy", b"\x80\x04\x95" + bytes(20))):
        with pytest.raises(InputError, match="pickle"):
            read_vectors(make("upload", content), name)


def test_a_header_that_lies_is_refused_before_memory_is_taken(make: Make) -> None:
    content = npy(np.zeros((2, 2), np.float32)).replace(b"(2, 2), }            ", b"(900000000, 90000), }")
    with pytest.raises(InputError, match="truncated: its header announces 324,000,000,000,000 bytes, 16 are present"):
        read_vectors(make("upload", content), "x.npy")
    for damage in (content[:20], b"\x93NUMPY\x09\x00" + content[8:]):
        with pytest.raises(InputError, match="damaged"):
            read_vectors(make("upload", damage), "x.npy")


def test_npz_brings_what_is_known_of_each_row(make: Make) -> None:
    buffer = io.BytesIO()
    objects = np.array([None], dtype=object)
    labels, small = np.array(list("abcde")), MATRIX[:, :3]
    np.savez_compressed(buffer, embeddings=MATRIX, small=small, labels=labels, n=np.arange(5), other=np.arange(3))
    path = make("upload", buffer.getvalue())
    table = read_vectors(path, "x.npz")
    assert (table.how.format, table.how.sheet, table.how.sheets) == (Format.NPZ, "embeddings", ("embeddings", "small"))
    assert table.frame["labels"].tolist() == list("abcde")
    assert table.frame["n"].tolist() == [0, 1, 2, 3, 4]
    assert "other" not in table.frame
    np.testing.assert_array_equal(only_matrix(table), MATRIX.astype(np.float32))
    assert only_matrix(read_vectors(path, "x.npz", options=ReadOptions(sheet="small"))).shape == (5, 3)
    with pytest.raises(InputError, match="no array 'gone'") as caught:
        read_vectors(path, "x.npz", options=ReadOptions(sheet="gone"))
    assert "embeddings" in caught.value.hint
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
        archive.writestr("o.npy", npy(objects, allow_pickle=True))
    with pytest.raises(InputError, match="can run code"):
        read_vectors(make("upload", buffer.getvalue()), "x.npz")


def test_safetensors(make: Make, tmp_path: Path) -> None:
    tensors = {"emb": MATRIX.astype(np.float16), "bias": np.arange(12.0)}
    save_file(tensors, tmp_path / "upload", metadata={"from": "a test"})
    table = read_vectors(tmp_path / "upload", "x.safetensors")
    np.testing.assert_array_equal(only_matrix(table), tensors["emb"].astype(np.float32))


def test_bfloat16(make: Make) -> None:
    values = np.array([[1.0, -2.5], [0.15625, 3.0]], np.float32)  # exact in eight bits
    data = (values.view(np.uint32) >> 16).astype(np.uint16).tobytes()
    header = json.dumps({"e": {"dtype": "BF16", "shape": [2, 2], "data_offsets": [0, len(data)]}}).encode()
    path = make("upload", struct.pack("<Q", len(header)) + header + data)
    np.testing.assert_array_equal(only_matrix(read_vectors(path, "x.safetensors")), values)
    with pytest.raises(InputError, match="damaged"):
        read_vectors(make("upload", path.read_bytes()[:-2]), "x.safetensors")
    with pytest.raises(InputError, match="damaged"):
        read_vectors(make("upload", struct.pack("<Q", 20) + b'{"a": 5}            '), "x.safetensors")


def parquet(columns: dict[str, Any]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue().to_pybytes()


def test_every_kind_of_list_column(make: Make) -> None:
    rows = MATRIX.tolist()
    tensor = pa.FixedShapeTensorArray.from_numpy_ndarray(MATRIX.astype(np.float32))
    columns = {
        "text": list("abcde"),
        "plain": pa.array(rows, pa.list_(pa.float32())),
        "large": pa.array(rows, pa.large_list(pa.float64())),
        "fixed": pa.array(rows, pa.list_(pa.float16(), 12)),
        "tensor": tensor,
        "tags": pa.array([["a", "b"]] * 5),
    }
    table = read_table(make("upload", parquet(columns)), "x.parquet")
    assert vector_columns(table) == ["plain", "large", "fixed", "tensor"]
    for name in ("plain", "large", "tensor"):
        np.testing.assert_array_equal(matrix_of(table, name, "x"), MATRIX.astype(np.float32))
    np.testing.assert_array_equal(matrix_of(table, "fixed", "x"), MATRIX.astype(np.float16).astype(np.float32))


def test_list_columns_that_cannot_be_used(make: Make) -> None:
    rows: list[Any] = MATRIX.tolist()
    table = read_table(make("upload", parquet({"text": list("abcde"), "v": [*rows[:4], None]})), "x.parquet")
    with pytest.raises(InputError, match=r"no vector in 1 of 5 rows \(first: row 4"):
        matrix_of(table, "v", "x.parquet")
    with pytest.raises(InputError, match="no column of vectors 'text'"):
        matrix_of(table, "text", "x.parquet")
    table = read_table(make("upload", parquet({"v": spoiled(np.nan).tolist()})), "x.parquet")
    with pytest.raises(InputError, match=r"Column 'v' of x.parquet has NaN in 2 of 5 rows"):
        matrix_of(table, "v", "x.parquet")


def tsv(array: np.ndarray[Any, Any]) -> str:
    return "".join("\t".join(str(value) for value in row) + "\n" for row in array)


def test_projector_files(make: Make) -> None:
    vectors = make("vectors", tsv(MATRIX))
    one = make("one", "a\nb\n\nd\n=e\n")
    several = make("several", 'word\tn\n"a\t1\nb\t2\nc\t3\nd\t4\ne\t5\n')
    table = read_vectors(vectors, "vectors.tsv", one, "metadata.tsv")
    np.testing.assert_array_equal(only_matrix(table), MATRIX.astype(np.float32))
    assert table.frame["label"].tolist() == ["a", "b", "", "d", "=e"]
    table = read_vectors(vectors, "vectors.tsv", several, "metadata.tsv")
    assert table.frame["word"].tolist() == ['"a', "b", "c", "d", "e"]
    assert table.frame["n"].tolist() == [1, 2, 3, 4, 5]
    headed = make("headed", "name\na\nb\nc\nd\ne\n")
    assert read_vectors(vectors, "vectors.tsv", headed, "metadata.tsv").frame["name"].tolist() == list("abcde")
    narrow = read_vectors(make("narrow", tsv(MATRIX[:, :3])), "vectors.tsv")
    np.testing.assert_array_equal(only_matrix(narrow), MATRIX[:, :3].astype(np.float32))


def test_more_numbers_a_row_than_a_table_may_have_columns(make: Make) -> None:
    wide = np.random.default_rng(0).normal(size=(3, 1_536))
    assert only_matrix(read_table(make("upload", tsv(wide)), "vectors.tsv")).shape == (3, 1_536)


def test_a_companion_of_another_length_is_refused_with_both_numbers(make: Make) -> None:
    vectors, short = make("vectors", npy(MATRIX)), make("short", "text,label\nOne,a\nTwo,b\n")
    with pytest.raises(InputError, match=r"v.npy has 5 vectors but about.csv has 2 rows"):
        read_vectors(vectors, "v.npy", short, "about.csv")
    with pytest.raises(InputError, match=r"v.npy has 5 vectors but metadata.tsv has 2 rows"):
        read_vectors(vectors, "v.npy", make("two", "a\nb\n"), "metadata.tsv")


def test_no_vectors_at_all(make: Make) -> None:
    with pytest.raises(InputError, match="contains no vectors"):
        read_vectors(make("upload", "text,n\nOne,1\n"), "x.csv")


@pytest.mark.shared
def test_real_clip_vectors(shared_data: Path) -> None:
    table = read_vectors(shared_data / "vectors" / "lvis_clip_text.parquet", "lvis_clip_text.parquet")
    matrix = only_matrix(table)
    assert matrix.shape == (1_203, 512)
    assert 5 < np.linalg.norm(matrix, axis=1).mean() < 15
