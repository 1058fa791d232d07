"""The way from a run to the app: the folder that is shipped, its card, and the commands that train and measure."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import save_file

from embedding_core.base.errors import InputError
from embedding_core.data.samples.shapes import draw_shapes
from embedding_core.encoders.image import pocket
from recipes.pocket import command, extra, model
from recipes.pocket import eval as pocket_eval
from recipes.pocket.data import Pictures
from recipes.pocket.export import BEGIN, CARD, END, Trained, ship, with_part, written_part
from recipes.pocket.extra import write_pictures
from recipes.pocket.learner import Learner
from recipes.pocket.params import PocketParams

SHIPPED = pocket.FOLDER / "open_clip_model.safetensors"
TINY = model.TowerConfig("test_resnet", 64)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder like that of the pocket data: 30 drawings stand for photographs."""
    folder = tmp_path_factory.mktemp("pocket")
    drawn = draw_shapes(30)
    labels = tuple(picture.attributes["shape"] for picture in drawn)
    captions = tuple((picture.caption,) for picture in drawn)
    files = tuple(picture.png for picture in drawn)
    write_pictures(Pictures(("things",) * 30, labels, captions, files), "train", folder / "train.parquet")
    sets, named = ("things",) * 20 + ("flickr8k_1000",) * 10, ("sports car", *labels[1:20], *("",) * 10)
    write_pictures(Pictures(sets, named, captions, files), "test", folder / "test.parquet")
    write_pictures(Pictures(("cifar10",) * 30, labels, captions, files), "test", folder / "cifar10_test.parquet")
    return folder


@pytest.fixture
def few_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let random vectors stand for the texts', and few drawings for those kept back."""

    def encode(texts: list[str], cache: Path) -> np.ndarray:
        seeds = (int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) for text in texts)
        vectors = np.array([np.random.default_rng(seed).normal(size=384) for seed in seeds], np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    monkeypatch.setattr(pocket_eval, "encode_cached", encode)
    monkeypatch.setattr(pocket_eval, "encode_labels", encode)
    monkeypatch.setattr(extra, "TEST_SHAPES", 12)


@pytest.fixture
def run_command(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def run(*arguments: object) -> tuple[int, str]:
        code = command.main([str(argument) for argument in arguments])
        return code, capsys.readouterr().out

    return run


def test_the_card_describes_the_weights_that_lie_beside_it() -> None:
    card = (pocket.FOLDER / CARD).read_text(encoding="utf-8")
    written = card.partition(BEGIN)[2].partition(END)[0]
    assert pocket.WEIGHTS_SHA256 in written
    assert f"{SHIPPED.stat().st_size:,} bytes" in written
    assert hashlib.sha256(SHIPPED.read_bytes()).hexdigest() == pocket.WEIGHTS_SHA256
    for name in ("cifar10", "digits", "shapes R@1", "flickr8k_1000 R@10", "automobile", "puppy", "beverage"):
        assert f"\n| {name} | " in written


@pytest.mark.usefixtures("few_and_quick")
def test_shipping_writes_weights_description_and_figures_at_once(data: Path, tmp_path: Path) -> None:
    tower = model.build_tower("test_resnet")
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / CARD).write_text(f"# Title\n\n{BEGIN}\nold\n{END}\n\nWhat it cannot do.\n")
    digest = ship(Trained(tower.state_dict(), 4.0), TINY, "Made for a test.", data, tmp_path, folder)
    assert {path.name for path in folder.iterdir()} == {CARD, "open_clip_config.json", "open_clip_model.safetensors"}
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert json.loads((folder / "open_clip_config.json").read_text())["sha256"] == digest
    card = (folder / CARD).read_text()
    assert card.startswith(f"# Title\n\n{BEGIN}\nMade for a test.\n")
    assert card.endswith(f"{END}\n\nWhat it cannot do.\n")
    assert "old" not in card
    assert digest in card
    assert "| cifar10 | 30 | " in card
    assert {model.export(tower.state_dict(), 4.0, TINY, tmp_path / f"{n}") for n in range(5)} == {digest}


@pytest.mark.usefixtures("few_and_quick")
def test_a_failure_leaves_what_was_shipped(data: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(pocket.FOLDER, tmp_path / "model")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    tower = model.build_tower("test_resnet")
    with pytest.raises(InputError, match="no file"):
        ship(Trained(tower.state_dict(), 4.0), TINY, "", tmp_path / "nowhere", tmp_path, folder)
    (folder / CARD).write_text("no place for figures")
    with pytest.raises(InputError, match="no place"):
        ship(Trained(tower.state_dict(), 4.0), TINY, "", data, tmp_path, folder)
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert after | {CARD: b""} == before | {CARD: b""}
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_written_figures_are_those_of_the_report() -> None:
    scores = [
        pocket_eval.Score(pocket_eval.Kind.ZERO_SHOT, "cifar10", 0.4567, 0.41, 0.5, 0.1, 2000, 10),
        pocket_eval.Score(pocket_eval.Kind.ZERO_SHOT, "pacs", 0.8, 0.7, 0.9, 0.1667, 71, 6),
        pocket_eval.Score(pocket_eval.Kind.HELD_OUT_WORD, "puppy", 0.9, 0.85, 0.95, 0.5, 8677, 8677),
        pocket_eval.Score(pocket_eval.Kind.HELD_OUT_WORD, "liquid", 0.52, 0.45, 0.6, 0.5, 8677, 8677),
    ]
    facts = {"origin": "O.", "weights": "w", "bytes": 1, "sha256": "s", "architecture": "a", "image_size": 96}
    found = pocket_eval.report(scores)
    assert json.loads(json.dumps(found)) == found
    part = written_part(facts, found)
    assert "| cifar10 | 2,000 | 10 | 0.457 | 0.410 to 0.500 | 0.100 |" in part
    assert "mean over the sets of photographs | 0.800 |" in part
    assert "above chance | 1 of 2 |" in part
    assert "cifar10" in pocket_eval.table(found)
    assert with_part(with_part(f"a{BEGIN}{END}b", "x"), part) == f"a{BEGIN}\n{part}\n{END}b"


def test_a_checkpoint_gives_its_averaged_weights_and_scale(tmp_path: Path) -> None:
    learner = Learner(PocketParams(architecture="test_resnet"))
    learner.ema = {key: value + 1 for key, value in learner.ema.items()}
    learner.save(tmp_path / "checkpoint.safetensors")
    trained = Trained.read(tmp_path / "checkpoint.safetensors")
    assert trained.log_scale == pytest.approx(np.log(60))
    assert trained.state.keys() == learner.ema.keys()
    for key, value in learner.ema.items():
        np.testing.assert_array_equal(trained.state[key], value)


def test_shipped_weights_can_be_read_back_and_others_are_refused(tmp_path: Path) -> None:
    trained = Trained.read(SHIPPED)
    assert np.exp(trained.log_scale) == pytest.approx(pocket.POCKET_CLIP.logit_scale, rel=1e-4)
    assert {"conv_stem.weight", "classifier.weight"} <= trained.state.keys()
    save_file(trained.state, tmp_path / "bare.safetensors")
    with pytest.raises(InputError, match="does not say its scale"):
        Trained.read(tmp_path / "bare.safetensors")


@pytest.mark.usefixtures("few_and_quick")
def test_the_command_measures_what_is_shipped_and_other_weights(data: Path, run_command) -> None:
    code, printed = run_command("eval-pocket", "--data", data, "--json")
    found = json.loads(printed)
    assert code == 0
    assert found["weights"] == pocket.POCKET_CLIP.revision
    assert found["image_size"] == list(pocket.POCKET_CLIP.image_size)
    kinds = {score["kind"] for score in found["scores"]}
    assert kinds == set(pocket_eval.Kind)
    assert all(0 <= score["low"] <= score["value"] <= score["high"] <= 1 for score in found["scores"])
    again = json.loads(run_command("eval-pocket", "--data", data, "--weights", SHIPPED, "--json")[1])
    # What is shipped runs in bfloat16: a picture that lies between two labels may fall to either side.
    for one, other in zip(again["scores"], found["scores"], strict=True):
        assert (one["kind"], one["name"]) == (other["kind"], other["name"])
        assert one["value"] == pytest.approx(other["value"], abs=2 / one["pictures"])
    smaller = run_command("eval-pocket", "--data", data, "--weights", SHIPPED, "--image-size", 32)[1]
    assert "chance 0.500" in smaller
    assert "held-out words above chance" in smaller
    assert run_command("eval-pocket", "--data", data / "nowhere")[0] == 1


@pytest.mark.slow
def test_the_command_trains_measures_and_exports(data: Path, run_command, tmp_path: Path) -> None:
    recipe = ("--samples", 64, "--batch", 16, "--image-size", 32, "--log-every", 2)
    code, printed = run_command("train-pocket", "--data", data, "--out", tmp_path / "run", *recipe, "--json")
    found = json.loads(printed)
    assert code == 0
    assert (found["samples"], found["done"]) == (64, True)
    assert (tmp_path / "run" / "model" / "open_clip_config.json").is_file()
    entries = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [entry["samples"] for entry in entries] == [32, 64, 64]
    assert "zero-shot top-1: digits" in entries[-1]
    trained = Trained.read(tmp_path / "run" / "checkpoint.safetensors")
    averaged = Trained.read(tmp_path / "run" / "averaged.safetensors")
    assert trained.log_scale == averaged.log_scale
    np.testing.assert_array_equal(trained.state["classifier.weight"], averaged.state["classifier.weight"])


def test_weights_are_mixed_by_their_shares(tmp_path: Path) -> None:
    learner = Learner(PocketParams(architecture="test_resnet"))
    learner.save(tmp_path / "checkpoint.safetensors")
    trained = Trained.read(tmp_path / "checkpoint.safetensors")
    save_file({name: value + 1 for name, value in trained.state.items()}, tmp_path / "higher.safetensors")
    mixed = trained.mixed_with({tmp_path / "higher.safetensors": 0.25, tmp_path / "checkpoint.safetensors": 0.5})
    for name, value in trained.state.items():
        if value.is_floating_point():
            np.testing.assert_allclose(mixed.state[name], value + 0.25, atol=1e-5)
    assert mixed.log_scale == trained.log_scale
    with pytest.raises(InputError, match="more than 1"):
        trained.mixed_with({tmp_path / "higher.safetensors": 1.25})
    with pytest.raises(InputError, match="does not hold the tower"):
        trained.mixed_with({SHIPPED: 0.5})
