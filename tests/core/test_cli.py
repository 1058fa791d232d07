"""The command line, run as a person runs it: the four forms, what they print, and what they say of mistakes."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from embedding_core.__main__ import COMMANDS, RENAMED, main
from embedding_core.base.config import load_config
from embedding_core.base.feature import Command

ROOT = Path(__file__).parents[2]
ONCE_FLAGS = {"--hard", "--expand", "--keep-inputs"}
TEXTS = [f"{animal} number {i}" for animal in ("cat", "dog", "horse") for i in range(6)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "animals.csv"
    pd.DataFrame({"text": TEXTS, "legs": 4, "kind": [t.split()[0] for t in TEXTS]}).to_csv(path, index=False)
    return path


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("VECTORSCOPE_HOME", str(tmp_path / "home"))
    load_config.cache_clear()
    yield
    load_config.cache_clear()


def run(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, object]:
    assert main([*map(str, words), "--json"]) == 0
    result: dict[str, object] = json.loads(capsys.readouterr().out)
    return result


def test_embed(capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path) -> None:
    out = tmp_path / "e.npy"
    words = ("embed", file, "--text-column", "text", "--encoder", "minilm-static", "--out", out)
    first = run(capsys, *words)
    assert {"rows", "dim", "encoder", "seconds", "rows_per_s", "from_cache"} <= set(first)
    assert (first["rows"], first["encoder"], first["from_cache"]) == (18, "minilm-static", False)
    vectors = np.load(out, allow_pickle=False)
    assert vectors.shape == (18, first["dim"])
    assert run(capsys, *words)["from_cache"] is True


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """A table of texts with vectors, boxes and numbers beside them."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"text": TEXTS, "bbox": list(rng.integers(0, 9, (18, 4)))})
    frame["embedding"] = list(3 * rng.normal(size=(18, 5)).astype(np.float32))
    frame["other"] = list(rng.normal(size=(18, 7)).astype(np.float32))
    frame["height"], frame["kind"] = np.arange(18.0), [text.split()[0] for text in TEXTS]
    frame.to_parquet(tmp_path / "ready.parquet")
    return tmp_path / "ready.parquet"


@pytest.mark.parametrize(
    ("options", "encoder", "dim"),
    [
        ([], "vectors", 5),
        (["--encoder", "vectors"], "vectors", 5),
        (["--vectors-column", "other"], "vectors", 7),
        (["--encoder", "vectors", "--vectors-column", "bbox"], "vectors", 4),
        (["--columns", "height,kind"], "vectors", 4),
        (["--encoder", "minilm-static"], "minilm-static", 256),
        (["--encoder", "minilm-static", "--text-column", "kind"], "minilm-static", 256),
        (["--text-column", "text", "--encoder", "vectors"], "vectors", 5),
    ],
)
def test_which_vectors(
    capsys: pytest.CaptureFixture[str], ready: Path, options: list[str], encoder: str, dim: int
) -> None:
    result = run(capsys, "embed", ready, *options)
    assert (result["rows"], result["dim"], result["encoder"]) == (18, dim, encoder)


@pytest.mark.parametrize("suffix", [".npy", ".csv", ".parquet"])
def test_own_vectors_come_back_as_they_came(
    capsys: pytest.CaptureFixture[str], ready: Path, tmp_path: Path, suffix: str
) -> None:
    out, again = tmp_path / f"out{suffix}", tmp_path / "again.npy"
    run(capsys, "embed", ready, "--out", out)
    assert run(capsys, "embed", out, "--out", again)["encoder"] == "vectors"
    wanted = np.stack(pd.read_parquet(ready)["embedding"].to_list())
    np.testing.assert_array_equal(np.load(again, allow_pickle=False), wanted)


def test_vectors_with_their_metadata(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    vectors, words, floats = tmp_path / "v.npy", tmp_path / "meta.tsv", tmp_path / "t.bytes"
    matrix = np.random.default_rng(0).normal(size=(4, 6)).astype("<f4")
    np.save(vectors, matrix)
    matrix.tofile(floats)
    words.write_text("the\nof\nto\nand\n\n")
    for file in (vectors, floats):
        out = tmp_path / "out.csv"
        assert run(capsys, "embed", file, "--metadata", words, "--out", out)["dim"] == 6
        assert pd.read_csv(out)["label"].tolist() == ["the", "of", "to", "and"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--vectors-column", "nope"], "no column 'nope'"),
        (["--vectors-column", "text"], "Column 'text' of ready.parquet has no vectors of one length"),
        (["--columns", "height,nope"], "no column 'nope'"),
        (["--columns", "height"], "make 1 dimension"),
        (["--columns", "height,kind", "--vectors-column", "other"], "Leave one of them out"),
        (["--vectors-column", "other", "--encoder", "minilm-static"], "together with --encoder minilm-static"),
        (["--metadata", "nope.tsv"], "There is no file nope.tsv"),
    ],
)
def test_options_of_vectors_that_do_not_fit(
    capsys: pytest.CaptureFixture[str], ready: Path, options: list[str], message: str
) -> None:
    assert main(["embed", str(ready), *options]) == 1
    assert message in capsys.readouterr().err


def test_an_encoder_needs_what_it_reads(capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path) -> None:
    assert main(["embed", str(file), "--encoder", "vectors"]) == 1
    assert "has no vectors of its own" in capsys.readouterr().err
    np.save(tmp_path / "v.npy", np.eye(4))
    assert main(["embed", str(tmp_path / "v.npy"), "--encoder", "minilm-static"]) == 1
    assert "no text column that minilm-static could embed" in capsys.readouterr().err


def test_map(capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.parquet"
    words = ("map", file, "--text-column", "text", "--encoder", "minilm-static", "--out", out)
    result = run(capsys, *words, "--method", "umap", "--seed", 0)
    frame = pd.read_parquet(out)
    assert frame.columns.tolist() == ["id", "x", "y", "text", "legs", "kind"]
    assert frame["text"].tolist() == TEXTS
    assert result["method"] == "umap"
    again = run(capsys, *words, "--method", "pca")
    assert len(again["explained_variance"]) == 2  # type: ignore[arg-type]


def test_search(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    words = ("search", file, "--text-column", "text", "--encoder", "minilm-static")
    result = run(capsys, *words, "--query", "a dog", "-k", 3)
    assert all(str(text).startswith("dog") for text in result["texts"])  # type: ignore[attr-defined]
    assert len(result["ids"]) == len(result["scores"]) == 3  # type: ignore[arg-type]
    assert result["scores"] == sorted(result["scores"], reverse=True)  # type: ignore[call-overload]


@pytest.mark.parametrize("engine", ["dense", "bm25", "hybrid", "late"])
def test_search_by_every_engine_says_why(capsys: pytest.CaptureFixture[str], file: Path, engine: str) -> None:
    words = ("search", file, "--text-column", "text", "--encoder", "minilm-static", "--query", "dog 3")
    result = run(capsys, *words, "--engine", engine, "-k", 4, "--where", "kind != cat")
    assert (result["engine"], result["filtered_rows"]) == (engine, 12)
    first = result["hits"][0]  # type: ignore[index]
    assert first["text"].startswith("dog number")
    assert first["ranks"][engine] == 1
    if engine != "dense":
        assert first["text"] == "dog number 3"
        assert first["words"].keys() == {"dog", "3"}
    assert bool(first["tokens"]) == (engine == "late")
    assert not any("cat" in text for text in result["texts"])  # type: ignore[attr-defined]


def test_search_by_way_of_an_index_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table = tmp_path / "many.csv"
    table.write_text(
        "text\n" + "\n".join(f"{animal} number {i}" for i in range(400) for animal in ("cat", "dog", "owl"))
    )
    words = ("search", table, "--text-column", "text", "--encoder", "minilm-static", "--query", "a dog", "-k", 5)
    exact = run(capsys, *words, "--exact")
    found = run(capsys, *words, "--approximate")
    assert (exact["approximate"], exact["percentile_rows"]) == (None, 1200)
    assert found["approximate"]["recall"] >= 0.95  # type: ignore[index]
    assert found["percentile_rows"] == 1200
    assert found["scores"] == pytest.approx(exact["scores"], abs=0.02)
    assert run(capsys, *words)["approximate"] is None
    assert run(capsys, *words, "--approximate", "--engine", "bm25")["approximate"] is None
    assert main([*map(str, words), "--approximate"]) == 0
    assert "Approximate index: recall@10" in capsys.readouterr().out


def test_search_of_few_rows_has_no_index(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    words = ["search", str(file), "--text-column", "text", "--encoder", "minilm-static", "--query", "a dog"]
    assert main([*words, "--approximate"]) == 1
    assert "rows, too few for an index" in capsys.readouterr().err
    assert main([*words, "--approximate", "--exact"]) == 2


def test_search_says_what_is_wrong_with_a_query_or_a_filter(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    words = ["search", str(file), "--text-column", "text", "--engine", "bm25"]
    for more, says in (
        (["--query", " "], "The query is empty"),
        (["--query", "a", "--where", "legs = "], "at its end"),
    ):
        assert main([*words, *more]) == 1
        assert says in capsys.readouterr().err
    assert main([*words, "--query", "no-such-word"]) == 0
    assert "No row was found" in capsys.readouterr().out


def test_info(capsys: pytest.CaptureFixture[str]) -> None:
    result = run(capsys, "info")
    assert {"versions", "device", "encoders", "store"} <= set(result)
    works = {e["name"]: e["works"] for e in result["encoders"]}  # type: ignore[attr-defined]
    assert works["all-MiniLM-L6-v2"]
    assert works["tf-idf"]


def test_how_a_file_was_read_is_said(capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path) -> None:
    line = "18 rows, text in `text`, label `kind`, comma, header in line 1"
    words = ["embed", str(file), "--encoder", "minilm-static", "--out", str(tmp_path / "e.npy")]
    assert main([*words, "--json"]) == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    assert (result["rows"], result["encoder"], result["read"]["line"]) == (18, "minilm-static", line)
    assert result["read"]["columns"]["legs"] == {"type": "integer", "role": "kept"}
    assert {result["read"][name] for name in ("format", "encoding", "delimiter")} == {"csv", "utf-8", ","}
    assert printed.err == f"animals.csv: {line}\n"
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("18 rows, ")


def test_what_was_left_out_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    for name, color in (("a/one.png", "red"), ("b/two.png", "blue")):
        (pictures / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), color).save(pictures / name)
    (pictures / "a" / "notes.md").write_text("not a picture")
    assert main(["embed", str(pictures), "--encoder", "pixels", "--json"]) == 0
    printed = capsys.readouterr()
    left_out = json.loads(printed.out)["read"]["left_out"]
    assert [(one["what"], one["count"], one["names"]) for one in left_out] == [("file", 1, ["a/notes.md"])]
    assert "2 pictures, label `label`; 1 of 3 files left out" in printed.err
    assert "warning: 1 of 3 files was left out: a/notes.md (" in printed.err


@pytest.mark.parametrize(
    ("content", "options", "record"),
    [
        ("a;b|c;d\none;two|three;four\nfive;six|seven;eight\n", ["--delimiter", "|"], {"delimiter": "|"}),
        ("a b\tc d\nx y\tz w\n", ["--delimiter", "tab"], {"delimiter": "\t"}),
        ("a b,c d\nx y,z w\n", ["--no-header"], {"header": False, "rows": 2}),
        ("17,note one\n18,note two\n19,note three\n", ["--header"], {"header": True, "rows": 2}),
        ("text\nUn été.\nDeux thés.\n", ["--encoding", "cp1252"], {"encoding": "cp1252"}),
        ("one thing, another\ntwo things, others\n", ["--format", "txt"], {"format": "txt", "rows": 2}),
        (
            '{"a": [{"text": "One of a."}], "b": [{"text": "Two of b, longer."}]}',
            ["--records-path", "a"],
            {"records_path": "a", "rows": 1},
        ),
    ],
)
def test_every_part_of_the_reading_has_an_option(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str, options: list[str], record: dict[str, object]
) -> None:
    path = tmp_path / ("x.json" if content.startswith("{") else "x.csv")
    path.write_bytes(content.encode("cp1252"))
    found = run(capsys, "embed", path, "--encoder", "minilm-static", *options)["read"]
    assert {name: found[name] for name in record} == record  # type: ignore[index]


def test_roles_can_be_given(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "nr,text,mood,part\n" + "\n".join(f"r{i},Text number {i}.,m{i % 3},{'ab'[i % 2]}" for i in range(12))
    )
    options = ("--id-column", "nr", "--label-column", "mood", "--split-column", "part")
    columns = run(capsys, "embed", path, "--encoder", "minilm-static", *options)["read"]["columns"]  # type: ignore[index]
    roles = {name: use["role"] for name, use in columns.items()}
    assert roles == {"nr": "id", "text": "text", "mood": "label", "part": "split"}
    for option in ("--id-column", "--label-column", "--split-column"):
        assert main(["embed", str(path), option, "none"]) == 1
        assert "no column 'none'. It has: nr, text" in capsys.readouterr().err


def test_a_split_column_says_what_a_classifier_is_tested_on(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    parts = ["train", "train", "test"]
    rows = [f"{animal} number {i},{animal},{parts[i % 3]}" for animal in ("cat", "dog") for i in range(12)]
    path.write_text("\n".join(["text,kind,part", *rows]))
    words = ("classify", path, "--encoder", "minilm-static", "--label-column", "kind", "--split-column", "part")
    result = run(capsys, *words)
    assert (result["tested_on"], result["rows"], result["accuracy"]) == ("part = test", 8, 1.0)
    assert main([*map(str, words), "--test", str(path)]) == 1
    assert "Both --test and --split-column" in capsys.readouterr().err
    path.write_text(path.read_text().replace(",test", ",other"))
    assert main([*map(str, words)]) == 1
    assert "0 of 24 rows of x.csv read 'test' in column 'part'" in capsys.readouterr().err


def test_options_of_tables_are_refused_for_pictures(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "one.png")
    assert main(["embed", str(tmp_path), "--delimiter", ","]) == 1
    assert "holds pictures and no table. Leave --delimiter out" in capsys.readouterr().err


def test_csv_out_guards_formulas(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    source, out = tmp_path / "f.csv", tmp_path / "out.csv"
    source.write_text('text,link\nhello there,"=HYPERLINK(""http://x"")"\ngood morning,plain\nsee you,+1\n')
    run(capsys, "map", source, "--text-column", "text", "--encoder", "minilm-static", "--method", "pca", "--out", out)
    assert "'=HYPERLINK" in out.read_text()


@pytest.mark.parametrize(
    ("words", "summary"),
    [
        (("embed", "nowhere.csv"), "no file nowhere.csv"),
        (("embed", "FILE", "--text-column", "nope"), "no column 'nope'. It has: text"),
        (("embed", "FILE", "--encoder", "minilm-statik"), "minilm-static"),
        (("embed", "FILE", "--encoder", "minilm-static", "--out", "x.doc"), ".npy, .parquet or .csv"),
        (("map", "FILE", "--encoder", "minilm-static", "--n-neighbors", "1"), "Choose 2 or more"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], file: Path, words: tuple[str, ...], summary: str
) -> None:
    assert main([str(file) if word == "FILE" else word for word in words]) == 1
    record = capsys.readouterr()
    assert summary in record.err
    assert "Traceback" not in record.err
    assert record.out == ""


def test_wrong_usage_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    for words, summary in (
        (["paint"], "embed"),
        (["embed"], "FILE"),
        (["embed", "a.csv", "--paint"], "Unknown option: --paint"),
        (["map", "a.csv", "--dims", "4"], '"4"'),
        (["map", "a.csv", "--seed", "x"], "--seed"),
    ):
        assert main(words) == 2
        assert summary in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["inspect"], ["evaluate"]])
def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(words) == 2
    assert "Commands" in capsys.readouterr().out
    assert main([*words, "--help"]) == 0


def test_an_interrupted_command_ends_with_130(
    capsys: pytest.CaptureFixture[str], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("embedding_core.cli.embed.embedded", interrupt)
    assert main(["embed", str(file)]) == 130
    assert "stopped" in capsys.readouterr().err


@pytest.mark.parametrize("old", RENAMED)
def test_an_old_name_is_refused_with_the_new_one(capsys: pytest.CaptureFixture[str], old: str) -> None:
    words = [word for word in old.split() if word != "FILE"]
    value = [] if old.split()[-1] in ONCE_FLAGS else ["a.csv"]
    positional = [] if words[-1][0] != "-" else ["a.csv"] if words[0] != "inspect" else ["a.png"]
    command = [word for word in words if not word.startswith("-")]
    option = [word for word in words if word.startswith("-")]
    assert main([*command, *positional, *option, *value]) == 2
    assert capsys.readouterr().err.strip().endswith(f"is now called {RENAMED[old]}.")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_list_says_of_a_command_what_its_own_help_says(
    capsys: pytest.CaptureFixture[str], command: Command
) -> None:
    assert main([command.name, "--help"]) == 0
    text = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert command.summary.rstrip(".") in text


@pytest.mark.parametrize("words", [["--help"], ["inspect", "--help"]])
def test_help_loads_nothing_slow(words: list[str]) -> None:
    code = "import json, sys; from embedding_core.__main__ import main; main(sys.argv[1:])"
    code += "; print(json.dumps([*sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=ROOT)
    loaded = {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    slow = {"torch", "sklearn", "umap", "scipy", "numba", "transformers", "streamlit", "plotly"}
    assert "cyclopts" in loaded
    assert loaded & slow == set()


def test_every_command_is_found_in_its_folder_and_loads_nothing_slow() -> None:
    places = [command.function for command in COMMANDS]
    assert all(place.startswith("embedding_core.cli.") or ".command:" in place for place in places)
    imports = "; ".join(f"import {place.partition(':')[0]}" for place in places)
    code = f"import json, sys; {imports}; print(json.dumps([*sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    loaded = {name.split(".")[0] for name in json.loads(done.stdout)}
    assert loaded & {"torch", "sklearn", "umap", "numba", "transformers", "streamlit", "plotly"} == set()


def test_as_a_process(file: Path) -> None:
    command = [sys.executable, "-m", "embedding_core", "embed", str(file), "--encoder", "minilm-static"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("18 rows")
    assert done.stderr.splitlines() == ["animals.csv: 18 rows, text in `text`, label `kind`, comma, header in line 1"]


def pictures(folder: Path) -> Path:
    """Return a folder of plain pictures and of one file that is none."""
    folder.mkdir()
    for color in ("red", "blue", "green", "yellow"):
        Image.new("RGB", (40, 30), color).save(folder / f"{color}.png")
    (folder / "notes.jpg").write_text("no picture")
    return folder


def test_a_folder_and_a_zip_of_pictures(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = pictures(tmp_path / "colors")
    archive = shutil.make_archive(str(tmp_path / "packed"), "zip", folder)
    for file in (folder, archive):
        result = run(capsys, "embed", file, "--encoder", "pixels", "--out", tmp_path / "v.parquet")
        assert (result["rows"], result["encoder"]) == (4, "pixels")
        assert sorted(pd.read_parquet(tmp_path / "v.parquet")["id"]) == [
            "blue.png",
            "green.png",
            "red.png",
            "yellow.png",
        ]


def test_a_picture_finds_itself_first(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = pictures(tmp_path / "colors")
    result = run(capsys, "search", folder, "--encoder", "pixels", "--query-image", folder / "green.png", "-k", 2)
    assert result["ids"][0] == "green.png"  # type: ignore[index]
    assert result["scores"][0] == pytest.approx(1, abs=1e-3)  # type: ignore[index]


def test_words_search_pictures_by_the_default_encoder_of_pictures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    result = run(capsys, "search", pictures(tmp_path / "colors"), "--query", "a red square", "-k", 4)
    assert result["encoder"] == "pocket-clip"
    assert len(result["ids"]) == 4  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "summary"),
    [
        (["embed", "nowhere"], "There is no file nowhere"),
        (["embed", "colors", "--encoder", "all-MiniLM-L6-v2"], "has pictures without text"),
        (["search", "colors", "--query-image", "colors/notes.jpg"], "notes.jpg cannot be read"),
        (["search", "colors", "--query-image", "nowhere.png"], "There is no file nowhere.png"),
    ],
)
def test_mistakes_with_pictures_are_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], summary: str
) -> None:
    pictures(tmp_path / "colors")
    monkeypatch.chdir(tmp_path)
    assert main(words) == 1
    assert summary in capsys.readouterr().err
