"""Files that went wrong once: JSON, packed files, other formats, judgments."""

import subprocess
import sys
from pathlib import Path

import pytest

from embedding_core.base.errors import InputError
from embedding_core.data.beir import read_beir
from embedding_core.data.read import read_table

pytestmark = pytest.mark.shared
ROOT = Path(__file__).parents[3]


@pytest.fixture
def cases(shared_data: Path) -> Path:
    folder = shared_data.parent / "cases"
    if not folder.is_dir():
        pytest.skip("no ../shared/cases beside the checkout")
    return folder


@pytest.mark.parametrize(
    ("file", "rows", "columns"),
    [
        ("json_columns_dropped/chroma.json", 10, {"ids", "embeddings", "documents", "topic"}),
        ("json_columns_dropped/j_chroma2.json", 10, {"ids", "documents", "topic"}),
        ("json_one_row/api_nested.json", 10, {"id", "text"}),
        ("json_one_row/es_hits.json", 10, {"_id", "_score", "text", "topic"}),
        ("json_one_row/j_data_items.json", 10, {"text"}),
        ("json_one_row/j_index_ragged.json", 2, {"key", "text", "n"}),
        ("zip_of_tables/kaggle.zip", 10, {"text", "label"}),
        ("zip_of_tables/emoji.csv.zip", 10, {"text", "label"}),
    ],
)
def test_what_is_read(cases: Path, file: str, rows: int, columns: set[str]) -> None:
    table = read_table(cases / file, Path(file).name)
    assert (len(table.frame), set(table.frame.columns)) == (rows, columns)


@pytest.mark.parametrize(("folder"), ["beir_u2028/beir2", "trec_qrels_spaces/beir3"])
def test_collections(cases: Path, folder: str) -> None:
    found = read_beir(cases / folder)
    assert (len(found.dataset), len(found.judgments.queries), found.judgments.count) == (300, 40, 240)


def test_avro_is_named(cases: Path) -> None:
    (path,) = (cases / "avro_as_text").glob("*.avro")
    with pytest.raises(InputError, match="is an Avro file, not a table"):
        read_table(path, path.name)


@pytest.mark.parametrize("name", ["encrypted_bytes.parquet", "encrypted_columns.parquet"])
def test_encrypted_parquet_ends_no_process(cases: Path, name: str, tmp_path: Path) -> None:
    path = cases / "encrypted_parquet" / name
    run = [sys.executable, "-m", "embedding_core", "embed", str(path), "--out", str(tmp_path / "x.npy")]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "is an encrypted Parquet file and cannot be read" in done.stderr
