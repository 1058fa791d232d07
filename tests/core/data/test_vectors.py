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
from embedding_core.data.vectors.read import read_vectors, row_vectors, vector_columns

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
    return row_vectors(table.frame, column, "x").matrix


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
        (MATRIX + 1j, "complex"),
        (np.array(["a", "b"]), "not numbers"),
        (MATRIX[0], r"one row of 12 numbers, shape \(12,\)"),
        (MATRIX[None], r"shape \(1, 5, 12\)"),
        (MATRIX[:0], "no rows"),
        (MATRIX[:, :1], "1 dimensions"),
    ],
)
def test_npy_that_is_no_matrix_of_numbers(make: Make, array: np.ndarray[Any, Any], summary: str) -> None:
    with pytest.raises(InputError, match=summary) as caught:
        read_vectors(make("upload", npy(array)), "x.npy")
    assert caught.value.hint


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_rows_that_are_not_finite_are_left_out_and_named(make: Make, value: float) -> None:
    frame = read_vectors(make("upload", npy(spoiled(value))), "x.npy").frame
    found = row_vectors(frame, "vector", "x.npy")
    np.testing.assert_array_equal(found.rows, [0, 1, 2])
    np.testing.assert_array_equal(found.matrix, MATRIX[:3].astype(np.float32))
    assert found.warning == (
        "2 of 5 rows have no vector in column 'vector' and were left out (2 NaN or infinite; "
        "rows 3, 4, counting from 0)."
    )
    with pytest.raises(InputError, match=r"No row of x.npy has a vector in column 'vector' \(2 NaN or infinite\)"):
        row_vectors(frame.iloc[3:], "vector", "x.npy")


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
        np.testing.assert_array_equal(row_vectors(table.frame, name, "x").matrix, MATRIX.astype(np.float32))
    np.testing.assert_array_equal(
        row_vectors(table.frame, "fixed", "x").matrix, MATRIX.astype(np.float16).astype(np.float32)
    )


def test_rows_without_a_vector(make: Make) -> None:
    rows: list[Any] = [*MATRIX.tolist() * 3, None, [], [1.0], [float("nan")] * 12, [None, *MATRIX[0, 1:].tolist()]]
    table = read_table(make("upload", parquet({"text": [f"t{i}" for i in range(20)], "v": rows})), "x.parquet")
    assert table.how.warnings == (
        "Column 'v' has 1 list of another length than 12 (first: row 17, counting from 0), taken for missing.",
    )
    found = row_vectors(table.frame, "v", "x.parquet")
    np.testing.assert_array_equal(found.rows, np.arange(15))
    assert found.warning == (
        "5 of 20 rows have no vector in column 'v' and were left out (3 empty, 2 NaN or infinite; "
        "rows 15, 16, 17, 18, 19, counting from 0)."
    )
    with pytest.raises(InputError, match="no column of vectors 'text'"):
        row_vectors(table.frame, "text", "x.parquet")


def test_lists_of_many_lengths_are_no_vectors(make: Make) -> None:
    lists = pa.array([[1.0] * n for n in (2, 3, 4, 5, 6)])
    table = read_table(make("upload", parquet({"text": list("abcde"), "v": lists})), "x.parquet")
    assert vector_columns(table) == []
    assert table.how.warnings == ("Column 'v' contains lists of 2 to 6 numbers, so it was not read as vectors.",)


def test_lists_of_vectors_are_read_as_their_mean(make: Make) -> None:
    lists: list[Any] = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0]], [], None, [[7.0, 8.0], [7.0, 8.0], [1.0, 2.0]]]
    deep = [None if row is None else [row] for row in lists]
    table = read_table(
        make("upload", parquet({"v": lists, "deep": deep, "one": [[row] for row in MATRIX.tolist()]})), "x"
    )
    assert [None if cell is None else cell.tolist() for cell in table.frame["v"]] == [
        [2, 3],
        [5, 6],
        None,
        None,
        [5, 6],
    ]
    assert [None if cell is None else cell.tolist() for cell in table.frame["deep"]] == [
        [2, 3],
        [5, 6],
        None,
        None,
        [5, 6],
    ]
    np.testing.assert_array_equal(np.stack(table.frame["one"].to_list()), MATRIX.astype(np.float32))
    assert table.how.warnings == (
        "Column 'v' contains 1 to 3 vectors per row; the mean of each row is used.",
        "Column 'deep' contains 1 to 3 vectors per row; the mean of each row is used.",
    )
    ragged = read_table(make("upload", parquet({"v": [[[1.0, 2.0], [1.0, 2.0, 3.0]]] * 5})), "x")
    assert vector_columns(ragged) == []
    assert "vectors of 2 to 3 numbers" in ragged.how.warnings[0]


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


def test_blank_lines_at_the_end_of_metadata_are_no_rows(make: Make) -> None:
    vectors = make("vectors", tsv(MATRIX))
    for name, lines in (("m.tsv", "a\nb\nc\nd\ne\n\n"), ("m.txt", "a\r\nb\r\nc\r\nd\r\ne\r\n\r\n \r\n")):
        assert read_vectors(vectors, "v.tsv", make("m", lines), name).frame["label"].tolist() == list("abcde")
    headed = read_vectors(vectors, "v.tsv", make("m", "w\na\nb\nc\nd\ne\n\n"), "m.tsv")
    assert headed.frame["w"].tolist() == list("abcde")
    two = read_vectors(vectors, "v.tsv", make("m", "a\t0\nb\t1\nc\t2\nd\t3\ne\t4\n\n"), "m.tsv")
    assert two.frame["column 1"].tolist() == list("abcde")
    last = read_vectors(vectors, "v.tsv", make("m", "a\nb\nc\nd\n\n"), "m.tsv")
    assert last.frame["label"].tolist() == ["a", "b", "c", "d", ""]


def test_the_number_of_vectors_tells_whether_a_companion_has_a_header(make: Make) -> None:
    vectors = make("vectors", npy(MATRIX))
    plain = read_vectors(vectors, "v.npy", make("m", "word,n\nand,1\nthe,2\nof,3\nto,4\n"), "m.csv")
    assert plain.frame.iloc[:, 1].tolist() == ["word", "and", "the", "of", "to"]


def test_labels_beside_vectors_may_be_an_array(make: Make) -> None:
    vectors, labels = make("vectors", npy(MATRIX)), make("labels", npy(np.array([3, 1, 4, 1, 5])))
    assert read_vectors(vectors, "X.npy", labels, "y.npy").frame["y"].tolist() == [3, 1, 4, 1, 5]
    with pytest.raises(InputError, match=r"y.npy has shape \(5, 12\)"):
        read_vectors(vectors, "X.npy", vectors, "y.npy")


def test_bare_floats_have_as_many_rows_as_their_metadata(make: Make) -> None:
    vectors, words = make("tensors", MATRIX.astype("<f4").tobytes()), make("m", "a\nb\nc\nd\ne\n")
    table = read_vectors(vectors, "tensors.bytes", words, "metadata.tsv")
    np.testing.assert_array_equal(only_matrix(table), MATRIX.astype(np.float32))
    assert table.frame["label"].tolist() == list("abcde")
    headed = read_vectors(vectors, "tensors.bytes", make("m", "w\tn\n" + "a\t1\n" * 5), "metadata.tsv")
    assert headed.frame["n"].tolist() == [1] * 5
    with pytest.raises(InputError, match="240 bytes of float32 numbers and does not say how many"):
        read_table(vectors, "tensors.bytes")
    with pytest.raises(InputError, match=r"60 float32 numbers of tensors.bytes cannot be shared evenly among 9 rows"):
        read_vectors(vectors, "tensors.bytes", make("m", "a\n" * 9), "metadata.tsv")


@pytest.mark.parametrize("ending", [b"", b"\n"])
def test_word2vec_binary(make: Make, ending: bytes) -> None:
    words, matrix = ["</s>", "für", "New_York", "2012", "a"], MATRIX.astype("<f4")
    rows = [word.encode() + b" " + row.tobytes() + ending for word, row in zip(words, matrix, strict=True)]
    content = b"5 12\n" + b"".join(rows)
    table = read_table(make("upload", content), "GoogleNews.bin")
    assert table.frame["word"].tolist() == words
    assert table.how.format is Format.WORD2VEC
    np.testing.assert_array_equal(only_matrix(table), matrix)
    with pytest.raises(InputError, match="truncated"):
        read_table(make("upload", content[:-30]), "GoogleNews.bin")


def test_a_model_of_fasttext_is_refused_with_what_to_do(make: Make) -> None:
    with pytest.raises(InputError, match="a model of fastText"):
        read_table(make("upload", (793712314).to_bytes(4, "little") + bytes(100)), "cc.de.bin")


def test_no_vectors_at_all(make: Make) -> None:
    with pytest.raises(InputError, match="contains no vectors"):
        read_vectors(make("upload", "text,n\nOne,1\n"), "x.csv")


@pytest.mark.shared
def test_real_clip_vectors(shared_data: Path) -> None:
    table = read_vectors(shared_data / "vectors" / "lvis_clip_text.parquet", "lvis_clip_text.parquet")
    matrix = only_matrix(table)
    assert matrix.shape == (1_203, 512)
    assert 5 < np.linalg.norm(matrix, axis=1).mean() < 15
