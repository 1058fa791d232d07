import io
import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image

from embedding_core.base.errors import InputError, ParameterError
from recipes.pocket import eval as pocket_eval
from recipes.pocket.augment import AugmentParams, augment
from recipes.pocket.data import Pictures, load_corpus, read_pictures, sampling_weights
from recipes.pocket.eval import Kind, bootstrap, image_to_text, mean_top1, text_to_image, zero_shot
from recipes.pocket.learner import Learner, Sampler, train
from recipes.pocket.model import TowerConfig, encode_pictures, export, load_weights, preprocess
from recipes.pocket.objective import Objective
from recipes.pocket.params import LossWeights, PocketParams
from recipes.pocket.targets import TextTargets, soften, taught_targets
from recipes.pocket.teacher import Lessons
from recipes.pocket.text import load_held_out, load_words
from recipes.pocket.train import CHECKPOINT, LOG, Watcher

COLORS = {"red": (220, 30, 30), "green": (30, 200, 40), "blue": (30, 40, 220), "white": (250, 250, 250)}
TINY = PocketParams(image_size=32, samples=12 * 16, batch=16, warmup_samples=32, learning_rate=2e-3)
STILL = AugmentParams(min_area=1.0, max_ratio=1.0, light=0.0, gray_share=0.0, coarse_share=0.0)


def square(color, place):
    image = Image.new("RGB", (40, 40), (90, 90, 90))
    image.paste(color, (place, place, place + 20, place + 20))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("data")
    rows = [(name, square(color, place)) for name, color in COLORS.items() for place in (2, 8, 14, 18)]
    table = {
        "set": ["squares"] * len(rows),
        "label": [name for name, _ in rows],
        "caption": [f"a {name} square ¦ {name} on gray" if name != "white" else "" for name, _ in rows],
        "image": [image for _, image in rows],
    }
    pq.write_table(pa.table(table), path / "train.parquet")
    return path


@pytest.fixture(scope="module")
def corpus(folder):
    return load_corpus(folder / "train.parquet", folder / "cache", edge=40)


@pytest.fixture(scope="module")
def objective(corpus):
    """Random unit vectors stand for the texts: the loop does not care where they come from."""
    generator = torch.Generator().manual_seed(1)
    labels, captions = (
        torch.nn.functional.normalize(torch.randn(count, 384, generator=generator), dim=1) for count in (4, 6)
    )
    label_of = torch.tensor([list(COLORS).index(label) for label in corpus.labels])
    pairs = torch.stack([label_of * 2, label_of * 2 + 1], dim=1)
    texts = TextTargets(labels, label_of, captions, torch.where(label_of[:, None] < 3, pairs, -1))
    return Objective(texts, None, LossWeights(), torch.full((len(corpus),), 0.04))


def run(params, corpus, objective, stop_at=None, learner=None):
    learner = learner or Learner(params)
    losses = []

    def note(learner, step_losses):
        losses.append(step_losses["loss"])
        return learner.step != stop_at

    train(learner, corpus, objective, note)
    return learner, losses


@pytest.fixture(scope="module")
def whole_run(corpus, objective):
    return run(TINY, corpus, objective)


def test_a_run_takes_the_steps_of_its_recipe(whole_run):
    learner, losses = whole_run
    assert learner.step == len(losses) == TINY.steps == 12
    assert np.isfinite(losses).all()


@pytest.mark.parametrize("lowered", [False, True], ids=["float32", "bfloat16"])
def test_a_batch_that_comes_again_and_again_is_learned(corpus, objective, monkeypatch, lowered):
    """A dozen steps over ever new batches may raise the loss as well: that follows the processor's rounding."""
    autocast = torch.autocast
    monkeypatch.setattr(torch, "autocast", lambda *kind: autocast(*kind, enabled=lowered))
    params = replace(TINY, learning_rate=5e-4, samples=100 * 16, augment=STILL)
    learner = Learner(params)
    batch, rows = Sampler(corpus, params).batch(0, np.cumsum(sampling_weights(corpus.sets, params.balance, {})))
    losses = [learner.train_step(batch, rows, objective)["loss"] for _ in range(12)]
    assert np.mean(losses[-3:]) < 0.5 * losses[0]


def test_the_same_seed_gives_the_same_losses_and_another_seed_does_not(whole_run, corpus, objective):
    assert run(TINY, corpus, objective, stop_at=3)[1] == whole_run[1][:3]
    assert run(replace(TINY, seed=1), corpus, objective, stop_at=3)[1] != whole_run[1][:3]


def test_a_resumed_run_goes_on_as_if_never_stopped(whole_run, corpus, objective, tmp_path):
    learner, before = run(TINY, corpus, objective, stop_at=5)
    learner.save(tmp_path / CHECKPOINT)
    resumed = Learner(TINY)
    resumed.restore(tmp_path / CHECKPOINT)
    finished, after = run(TINY, corpus, objective, learner=resumed)
    assert before + after == whole_run[1]
    for key, value in whole_run[0].ema.items():
        torch.testing.assert_close(finished.ema[key], value, rtol=0, atol=0)


def test_the_watcher_logs_saves_and_ends_the_run_when_asked(corpus, objective, folder, tmp_path):
    watcher = Watcher(folder, tmp_path, log_every=2, evaluate_every=100)
    learner = Learner(TINY)

    def step(learner, losses):
        if learner.step == 4:
            watcher.stop()
        return watcher(learner, losses)

    train(learner, corpus, objective, step)
    entries = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert learner.step == 4
    assert [entry["samples"] for entry in entries] == [32, 64]
    assert all(entry["loss"] > 0 and entry["pictures_per_second"] > 0 for entry in entries)
    assert (tmp_path / CHECKPOINT).is_file()


def test_the_learning_rate_rises_stays_and_falls_to_zero():
    params = PocketParams(samples=256_000, batch=256, warmup_samples=25_600, decay_fraction=0.5, learning_rate=1.0)
    assert params.rate_at(0) == pytest.approx(0.01)
    assert params.rate_at(99) == params.rate_at(500) == 1.0
    assert params.rate_at(750) == pytest.approx(0.5)
    assert params.rate_at(999) == pytest.approx(0.002)


@pytest.mark.parametrize("wrong", [{"batch": 0}, {"decay_fraction": 1.5}])
def test_a_recipe_outside_its_range_is_refused(wrong):
    with pytest.raises(ParameterError):
        PocketParams(**wrong)


def test_the_corpus_keeps_words_and_decodes_once(folder, corpus):
    assert corpus.labels[0] == "red"
    assert corpus.captions[0] == ("a red square", "red on gray")
    assert corpus.captions[-1] == ()
    assert corpus.pixels[0].shape == (16, 40, 40, 3)
    assert tuple(corpus.pixels[0][0, 5, 5]) == COLORS["red"]
    again = load_corpus(folder / "train.parquet", folder / "cache", edge=40)
    assert len(list((folder / "cache").glob("pixels-*"))) == 1
    np.testing.assert_array_equal(again.pixels[0], corpus.pixels[0])


def test_extra_files_follow_the_first(corpus):
    both = corpus + corpus
    assert len(both) == 32
    np.testing.assert_array_equal(both.take(np.array([31, 2, 16])), corpus.take(np.array([15, 2, 0])))


def test_a_file_without_the_columns_is_refused(tmp_path):
    pq.write_table(pa.table({"label": ["x"]}), tmp_path / "bad.parquet")
    with pytest.raises(InputError, match="caption"):
        read_pictures(tmp_path / "bad.parquet")
    with pytest.raises(InputError, match="no file"):
        read_pictures(tmp_path / "absent.parquet")


def test_sampling_gives_small_sets_more_than_their_share():
    weights = sampling_weights(("big",) * 90 + ("small",) * 10, -0.5, {"small": 2.0})
    assert weights.sum() == pytest.approx(1)
    assert weights[90:].sum() / weights[:90].sum() == pytest.approx(2 * (10 / 90) ** 0.5)


def test_a_batch_follows_from_seed_and_step(corpus):
    cumulative = np.cumsum(sampling_weights(corpus.sets, -0.35, {}))
    first, second = (Sampler(corpus, TINY).batch(7, cumulative) for _ in range(2))
    other = Sampler(corpus, TINY).batch(8, cumulative)
    torch.testing.assert_close(first[0], second[0], rtol=0, atol=0)
    assert first[0].shape == (16, 3, 32, 32)
    assert not torch.equal(first[1], other[1])


def test_augmentation_without_change_only_resizes():
    ramp = torch.arange(40, dtype=torch.uint8).expand(2, 40, 40)[..., None].expand(2, 40, 40, 3) * 5
    out = augment(ramp, torch.zeros(2, dtype=torch.bool), 40, STILL, torch.Generator().manual_seed(0))
    expected = ramp[0, :, :, 0].float() / 255
    assert all(
        torch.allclose(picture[0], expected, atol=1e-5) or torch.allclose(picture[0], expected.flip(1), atol=1e-5)
        for picture in out
    )


def test_drawings_keep_their_sides_their_edges_and_their_colors():
    left_red = torch.zeros(64, 40, 40, 3, dtype=torch.uint8)
    left_red[:, :, :8, 0] = 200
    drawn = torch.arange(64) % 2 == 0
    out = augment(
        left_red, drawn, 40, AugmentParams(gray_share=1.0, coarse_share=0.0), torch.Generator().manual_seed(0)
    )
    red = out[:, 0] - out[:, 1]
    assert (red[drawn][:, :, 3] > 0.2).all()
    assert (red[drawn][:, :, 20:] < 0.05).all()
    assert (red[~drawn].abs() < 1e-4).all()


def test_photographs_are_augmented_the_same_whatever_lies_beside_them():
    pixels = torch.randint(0, 256, (8, 40, 40, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    drawn = torch.arange(8) < 3
    plain, mixed = (
        augment(pixels, marks, 40, AugmentParams(coarse_share=0.0), torch.Generator().manual_seed(1))
        for marks in (torch.zeros_like(drawn), drawn)
    )
    torch.testing.assert_close(plain[3:], mixed[3:], rtol=0, atol=0)
    assert not torch.equal(plain[:3], mixed[:3])


def test_each_picture_is_softened_by_its_own_temperature(corpus, objective):
    rows = torch.arange(16)
    output = torch.randn(16, 384, generator=torch.Generator().manual_seed(2))
    losses = []
    for softening in (torch.full((16,), 0.3), torch.full((16,), 0.01), torch.where(rows < 8, 0.3, 0.01)):
        each = replace(objective, softening=softening)
        picked = [each(output[part], torch.zeros(8, 1280), rows[part], torch.ones(4)) for part in (rows[:8], rows[8:])]
        losses.append([step["label"].item() for step in picked])
    assert losses[2] == pytest.approx([losses[0][0], losses[1][1]])
    assert losses[0][0] != pytest.approx(losses[1][0])


def test_softening_shares_the_target_among_close_texts_only():
    shares = soften(torch.tensor([[1.0, 0.98, 0.2]]), 0.04)
    assert shares[0, 0] > shares[0, 1] > 0.3
    assert shares[0, 2] < 1e-6


def test_the_teacher_is_bent_toward_the_pictures_own_label():
    words = load_words()
    generator = torch.Generator().manual_seed(0)
    classes = torch.nn.functional.normalize(torch.randn(1000, 384, generator=generator), dim=1)
    concepts = torch.nn.functional.normalize(torch.randn(len(words.concepts), 384, generator=generator), dim=1)
    logits = np.zeros((2, 1000), np.float16)
    logits[:, [3, 7]] = 9.0
    texts = TextTargets(classes[7:8], torch.tensor([0, -1]), torch.zeros(0, 384), torch.full((2, 5), -1))
    features = np.random.default_rng(0).normal(size=(2, 1280)).astype(np.float16)
    targets = taught_targets(Lessons(features, logits), texts, classes, concepts)
    assert targets.class_share[0, 7] > 0.99
    assert targets.class_share[1, 7] == targets.class_share[1, 3]
    assert targets.trust[0] > 0.9
    assert targets.trust[1] == 0
    assert targets.concept_share[0].sum() == pytest.approx(1, abs=0.01)


def test_words_name_every_class_and_keep_the_held_out_words_out():
    words = load_words()
    assert len(words.classes) == 1000
    assert words.below.shape == (1000, len(words.concepts))
    assert words.classes[1] == "goldfish"
    assert words.below[1, words.concepts.index("fish")] == 1
    assert words.below[1, words.concepts.index("bird")] == 0
    held_out = load_held_out()
    assert len(held_out) >= 30
    assert {"automobile", "puppy", "kitten", "footwear", "beverage"} <= held_out.keys()
    assert not held_out.keys() & {*words.classes, *words.concepts}


def test_zero_shot_and_recall_on_known_vectors():
    eye = np.eye(4, dtype=np.float32)
    truth = np.array([0, 1, 2, 2])
    score = zero_shot("squares", eye, truth, eye)
    assert (score.kind, score.value, score.chance, score.pictures) == (Kind.ZERO_SHOT, 0.75, 0.25, 4)
    assert mean_top1([score, zero_shot("cifar10", eye, truth, eye), text_to_image("s", eye, eye, eye > 0, 1)]) == 0.75
    texts, right = np.repeat(eye, 2, axis=0), np.repeat(np.eye(4, dtype=bool), 2, axis=0)
    swapped = texts[[0, 1, 2, 3, 6, 7, 4, 5]]
    assert text_to_image("s", eye, swapped, right, 1).value == 0.5
    assert image_to_text("s", eye, swapped, right, 2).value == 0.5
    assert text_to_image("s", eye, swapped, right, 4).value == text_to_image("s", eye, swapped, right, 4).chance == 1
    assert (
        text_to_image("s", eye, swapped, right, 1).chance == image_to_text("s", eye, swapped, right, 1).chance == 0.25
    )
    assert image_to_text("s", eye, swapped, right, 2).chance == pytest.approx(1 - (6 / 8) * (5 / 7))


def test_a_text_that_two_pictures_bear_is_right_for_both(monkeypatch, tmp_path):
    vectors = {"two red circles": [1, 0, 0], "a star": [0, 1, 0], "one blue ring": [0, 0, 1]}
    monkeypatch.setattr(
        pocket_eval, "encode_cached", lambda texts, cache: np.array([vectors[text] for text in texts], np.float32)
    )
    captions = (("two red circles",), ("two red circles",), ("a star",), ("one blue ring", "a star"))
    pictures = Pictures(("shapes",) * 4, ("",) * 4, captions, (b"",) * 4)
    near = np.array([[0.9, 0.1, 0], [1, 0, 0], [0, 1, 0], [0, 0.9, 0.5]], np.float32)
    scores = {f"{score.kind}: {score.name}": score for score in pocket_eval.evaluate(pictures, near, tmp_path)}
    assert scores["text to image: shapes R@1"].value == 1.0
    assert scores["text to image: shapes R@1"].chance == pytest.approx((2 / 4 + 2 / 4 + 1 / 4) / 3)
    assert scores["image to text: shapes R@1"].value == 1.0
    assert scores["image to text: shapes R@1"].choices == 3


def test_the_mean_leaves_out_what_is_reported_apart():
    eye = np.eye(4, dtype=np.float32)
    half = np.array([0, 1, 0, 1])
    scores = [zero_shot(name, eye, truth, eye) for name, truth in (("pacs", half), ("ikea", np.arange(4)))]
    apart = [zero_shot(name, eye, np.arange(4), eye) for name in ("cifar10", "digits")]
    assert mean_top1(scores) == mean_top1(scores + apart) == 0.75
    seen_before = zero_shot("imagenette_224", eye, 1 - half, eye)
    assert mean_top1([*scores, seen_before]) < mean_top1([*scores, seen_before], pocket_eval.OF_IMAGENET) == 0.75


def test_the_bootstrap_interval_matches_the_normal_one():
    hits = np.repeat([1.0, 0.0], [300, 700])
    low, high = bootstrap(hits)
    half = 1.96 * (0.3 * 0.7 / 1000) ** 0.5
    assert low == pytest.approx(0.3 - half, abs=0.004)
    assert high == pytest.approx(0.3 + half, abs=0.004)


def test_the_exported_weights_give_the_same_vectors_through_open_clips_preprocessing(whole_run, folder, tmp_path):
    from open_clip.timm_model import TimmModel
    from open_clip.transform import PreprocessCfg, image_transform_v2

    learner = whole_run[0]
    digest = export(learner.ema, 4.0, TowerConfig(image_size=32), tmp_path)
    description = json.loads((tmp_path / "open_clip_config.json").read_text())
    assert description["sha256"] == digest
    vision = description["model_cfg"]["vision_cfg"]
    visual = TimmModel(
        vision["timm_model_name"], 384, vision["image_size"], pool=vision["timm_pool"], proj=vision["timm_proj"]
    )
    visual.trunk.load_state_dict(load_weights(tmp_path / "open_clip_model.safetensors"))
    visual.eval()
    preprocessing = image_transform_v2(PreprocessCfg(size=32, **description["preprocess_cfg"]), is_train=False)
    pictures = read_pictures(folder / "train.parquet").encoded
    with torch.inference_mode():
        batch = torch.stack([preprocessing(Image.open(io.BytesIO(picture))) for picture in pictures])
        theirs = torch.nn.functional.normalize(visual(batch), dim=1).numpy()
    np.testing.assert_allclose(batch.numpy(), preprocess(list(pictures), 32).numpy(), atol=1e-5)
    np.testing.assert_allclose(encode_pictures(learner.averaged_tower(), pictures, 32), theirs, atol=1e-3)
