"""The parts in which a map travels, what comes back, and the one script that its modules become."""

import base64
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from components.embedding_map import MapEvent, MapLabel, MapLines, MapOutline, MapPoints, payload
from components.embedding_map.bundle import bundle
from components.embedding_map.envelope import Envelope, pack, unpack
from components.embedding_map.events import read_event
from components.widgets.palette import coloring
from tests.components.javascript import needs_node, run_node


def points(n: int, column: pd.Series | None = None, **more: object) -> MapPoints:
    coordinates = np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32)
    texts = tuple(f"text {i}" for i in range(n))
    return MapPoints(coordinates, texts, None if column is None else coloring(column), **more)  # type: ignore[arg-type]


def opened(shown: MapPoints, selected: tuple[int, ...] = ()) -> dict[str, Envelope]:
    return {name: unpack(part) for name, part in payload.parts(shown, "map", selected).items()}


def test_coordinates_keep_their_shape_and_their_order() -> None:
    shown = points(500)
    xy = opened(shown)["coordinates"].sections["xy"].reshape(-1, 2).astype(np.float64)
    assert xy.min() >= 0
    assert xy.max() <= 65_534
    middle, side = payload.frame(shown)
    back = (xy / 65_534 - 0.5) * side + middle
    np.testing.assert_allclose(back, shown.coordinates, atol=side / 65_534)


def test_rows_without_a_place_keep_their_number() -> None:
    coordinates = np.array([[0, 0], [np.nan, 1], [1, np.inf], [2, 1]], dtype=np.float32)
    xy = opened(MapPoints(coordinates, ("a", "b", "c", "d")))["coordinates"].sections["xy"].reshape(-1, 2)
    assert (xy == 65_535).all(axis=1).tolist() == [False, True, True, False]
    assert xy[3, 0] == 65_534


def test_maps_with_one_window_put_the_same_place_in_the_same_spot() -> None:
    wide, narrow = (np.array([[0, 0], [x, 1]], np.float32) for x in (4.0, 2.0))
    first, second = (
        opened(MapPoints(each, ("a", "b"), labels=(MapLabel(0, 0, "here"),), window=(0.0, 0.0, 4.0, 2.0)))
        for each in (wide, narrow)
    )
    assert first["coordinates"].sections["xy"].tolist() == [0, 16_384, 65_534, 32_767]
    assert second["coordinates"].sections["xy"].tolist() == [0, 16_384, 32_767, 32_767]
    assert first["coordinates"].meta["window"] == second["coordinates"].meta["window"] == [0, 0.25, 1, 0.75]
    assert first["view"].meta["labels"] == second["view"].meta["labels"]


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_points_and_points_on_one_spot_travel(n: int) -> None:
    same = MapPoints(np.ones((n, 2), dtype=np.float32), ("x",) * n, labels=(MapLabel(1, 1, "here"),))
    parts = opened(same, (0,) if n else ())
    assert parts["coordinates"].sections["xy"].tolist() == [32_767] * (2 * n)
    assert {part.meta["n"] for part in parts.values()} == {n}
    assert parts["view"].meta["labels"][0]["x"] == (0.5 if n else 1.5)


def test_every_class_travels_however_many() -> None:
    for classes, dtype in ((20, np.uint8), (300, np.uint16)):
        column = pd.Series([f"c{i % classes:03d}" if i % 7 else None for i in range(3000)], name="kind")
        part = opened(points(3000, column))["colors"]
        codes = part.sections["codes"]
        assert codes.dtype == dtype
        names = [part.meta["names"][code] if code < np.iinfo(dtype).max else None for code in codes]
        assert names == [None if pd.isna(name) else name for name in column]
        assert part.meta["missing"] == column.isna().sum()
        assert part.meta["title"] == "kind"


def test_numbers_become_levels() -> None:
    column = pd.Series([*np.linspace(0, 1, 98), np.nan, 1e9], name="score")
    part = opened(points(100, column))["colors"]
    levels = part.sections["codes"]
    assert levels[98] == 255
    assert levels[0] == 0
    assert levels[99] == levels[:98].max() == 249
    assert np.all(np.diff(levels[:98].astype(int)) >= 0)
    assert part.meta["high"] < 2


def test_a_recoloring_of_100_000_points_is_small_and_moves_nothing_else() -> None:
    column = pd.Series([f"c{i % 18}" for i in range(100_000)], name="a")
    shown = points(100_000, column, source="/api/data/x")
    before = payload.parts(shown, "map", ())
    again = MapPoints(shown.coordinates, shown.texts, coloring(column.rename("b")), source="/api/data/x")
    after = payload.parts(again, "map", ())
    changed = [name for name in after if after[name] != before[name]]
    assert set(changed) == {"colors", "view"} or changed == ["colors"]
    assert sum(len(after[name]) for name in changed) < 150_000
    assert after["coordinates"] is before["coordinates"]


def test_texts_travel_while_there_are_few() -> None:
    few, many = points(10), points(payload.INLINE_TEXTS + 1, source="/api/data/x")
    assert "texts" in opened(few)["items"].sections
    assert "texts" not in opened(many)["items"].sections
    assert "texts" in opened(points(payload.INLINE_TEXTS + 1))["items"].sections


def test_broken_unicode_in_a_text_does_not_stop_the_map() -> None:
    part = opened(MapPoints(np.zeros((1, 2), np.float32), ("half a pair \ud800",)))["items"]
    assert b"half a pair" in part.sections["texts"].tobytes()


def test_marks_pictures_hits_and_lines_travel() -> None:
    shown = points(
        20,
        marks=np.arange(20, dtype=np.uint8) % 2,
        mark_names=("picture", "text"),
        pictures=np.arange(20) % 2 == 0,
        source="/api/data/x",
        hits=(7, 3),
        star=(0.0, 0.0),
        lines=MapLines(2, (5, 6)),
        outlines=(MapOutline(((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)), 3),),
    )
    parts = opened(shown, (4, 9))
    assert parts["items"].sections["marks"].tolist() == [0, 1] * 10
    assert np.unpackbits(parts["items"].sections["pictures"], bitorder="little")[:20].tolist() == [1, 0] * 10
    assert parts["view"].sections["hits"].tolist() == [7, 3]
    (outline,) = parts["view"].meta["outlines"]
    assert outline["code"] == 3
    assert outline["corners"][:2] == parts["view"].meta["star"]
    assert outline["corners"][2] > outline["corners"][0]
    assert parts["view"].meta["lines"] == {"from": 2, "rows": [5, 6]}
    assert "text" in parts["view"].meta["summary"] or "point" in parts["view"].meta["summary"]


def message(rows: list[int], n: int, **meta: object) -> str:
    return base64.b64encode(pack({"how": "lasso", "n": n, **meta}, payload.pack_rows(rows, n))).decode()


@pytest.mark.parametrize("rows", [[], [3], list(range(0, 1000, 2))])
def test_a_selection_comes_back(rows: list[int]) -> None:
    assert read_event(message(rows, 1000), 1000) == MapEvent(tuple(rows), "lasso")
    assert read_event(message(rows, 1000, how="click", row=3), 1000) == MapEvent(tuple(rows), "click", 3)


def test_what_cannot_have_come_from_the_map_is_ignored() -> None:
    for odd in (None, 7, "", "no base64!", base64.b64encode(b"other").decode(), message([1], 10, how="<b>")):
        assert read_event(odd, 10) is None
    assert read_event(message([1], 10), 11) is None
    assert read_event(message([1, 4_000_000_000], 100_000_000), 100_000_000) == MapEvent((1,), "lasso")
    assert read_event(message([1], 10, how="click", row=10), 10) == MapEvent((1,), "click")


@needs_node
def test_the_browser_packs_the_same_rows() -> None:
    script = """
        import { pack, toBase64 } from "{js}/envelope.js";
        import { packRows } from "{js}/selection.js";
        const rows = Uint32Array.from({ length: 700 }, (_, i) => i * 3);
        const few = Uint32Array.of(5, 2999);
        const meta = { how: "box", row: -1, n: 3000 };
        for (const each of [rows, few]) console.log(toBase64(pack(meta, packRows(each, 3000))));
    """
    many, few = run_node(script).split()
    assert read_event(many, 3000) == MapEvent(tuple(range(0, 2100, 3)), "box")
    assert read_event(few, 3000) == MapEvent((5, 2999), "box")


def test_modules_become_one_script(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(
        'import { two } from "./b.js";\n\nexport default function show() {\n  return two();\n}\n'
    )
    (tmp_path / "b.js").write_text("const one = 1;\nexport const two = () => one + 1;\nexport class Three {}\n")
    script = bundle("a", tmp_path)
    assert "import" not in script
    assert script.index("module_b") < script.index("module_a")
    assert script.rstrip().endswith("export default module_a.show;")


@needs_node
def test_the_bundled_script_runs(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(
        'import { two } from "./b.js";\nexport default function show() {\n  return two;\n}\n'
    )
    (tmp_path / "b.js").write_text("const show = 40;\nexport const two = show + 2;\n")
    (tmp_path / "made.mjs").write_text(bundle("a", tmp_path))
    assert run_node(f'import show from "{tmp_path}/made.mjs"; console.log(show());').strip() == "42"


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"a": 'import { b } from "./b.js";\n', "b": 'import { a } from "./a.js";\n'}, "circle"),
        ({"a": 'import * as b from "./b.js";\n'}, "not known"),
        ({"a": "export { b };\n"}, "not known"),
    ],
)
def test_other_forms_of_modules_are_refused(tmp_path: Path, files: dict[str, str], problem: str) -> None:
    for name, source in files.items():
        (tmp_path / f"{name}.js").write_text(source)
    with pytest.raises(ValueError, match=problem):
        bundle("a", tmp_path)


def test_the_map_is_not_taken_for_a_path_and_fetches_no_module() -> None:
    for entry in ("main", "feed"):
        script = bundle(entry)
        assert "\n" in script.strip()
        assert not [line for line in script.splitlines() if line.startswith("import ")]
