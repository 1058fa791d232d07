"""What the pocket encoder can do on pictures it never saw: zero-shot top-1, text-to-image recall, with intervals."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import partial
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.encoders.spec import ImageEncoder
from recipes.pocket.data import Pictures, read_pictures
from recipes.pocket.extra import DIGITS, SHAPES, held_out_drawings
from recipes.pocket.text import encode_cached, encode_labels, load_held_out

RETRIEVAL_SETS = ("flickr8k_1000", SHAPES)
SKIPPED_SETS = ("coco_mini",)
"""Several objects a picture in one label: neither a class nor a sentence."""
APART = ("cifar10", DIGITS)
"""Not in the mean: never trained on, and drawn by this project."""
OF_IMAGENET = ("imagen_det200", "imagenette_224", "mini_imagenet_100", "tiny_imagenet_200")
"""Sets of ImageNet's pictures: the weights that training starts from may have seen those that are tested."""
RESAMPLES = 2000

EncodePictures = Callable[[tuple[bytes, ...]], Matrix]


class Kind(StrEnum):
    """What a score measures."""

    ZERO_SHOT = "zero-shot top-1"
    TEXT_TO_IMAGE = "text to image"
    IMAGE_TO_TEXT = "image to text"
    HELD_OUT_WORD = "held-out word, ROC AUC"


@dataclass(frozen=True)
class Score:
    """A share of right answers with its 95% bootstrap interval and what guessing would give."""

    kind: Kind
    name: str
    value: float
    low: float
    high: float
    chance: float
    pictures: int
    choices: int


def encode_with(encoder: ImageEncoder, progress: Progress = no_progress) -> EncodePictures:
    """Return the way an encoder of the app sees pictures."""

    def encode(pictures: tuple[bytes, ...]) -> Matrix:
        found = encoder.encode_images([partial(bytes, picture) for picture in pictures], progress)
        if found.unread:
            row, reason = next(iter(found.unread.items()))
            raise InputError(f"{len(found.unread)} pictures cannot be read; number {row}: {reason}.")
        return found.vectors

    return encode


def bootstrap(hits: NDArray[np.float64], seed: int = 0) -> tuple[float, float]:
    """Return the 95% percentile interval of the mean, rows drawn with replacement (Efron 1979)."""
    rng = np.random.default_rng(seed)
    means = [hits[rng.integers(0, len(hits), len(hits))].mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def _score(kind: Kind, name: str, hits: NDArray[np.float64], chance: float, choices: int) -> Score:
    low, high = bootstrap(hits)
    return Score(kind, name, float(hits.mean()), low, high, chance, len(hits), choices)


def zero_shot(name: str, images: Matrix, truth: NDArray[np.intp], classes: Matrix) -> Score:
    """Return top-1 accuracy of unit image vectors (n, dim) against unit class vectors (classes, dim)."""
    hits = (np.argmax(images @ classes.T, axis=1) == truth).astype(np.float64)
    return _score(Kind.ZERO_SHOT, name, hits, 1 / len(classes), len(classes))


def text_to_image(name: str, images: Matrix, texts: Matrix, right: NDArray[np.bool_], k: int) -> Score:
    """Return recall@k: how often a picture that a text is right for is among the k nearest of all pictures.

    `right` is (texts, images). A picture counts once, with the mean over its texts.
    """
    found = _among_nearest(texts @ images.T, right, k)
    hits = np.array([found[own].mean() for own in right.T if own.any()])
    return _score(Kind.TEXT_TO_IMAGE, f"{name} R@{k}", hits, _guessed(right, k), len(images))


def image_to_text(name: str, images: Matrix, texts: Matrix, right: NDArray[np.bool_], k: int) -> Score:
    """Return recall@k: how often a text that is right for a picture is among the k nearest of all; `right` as above."""
    hits = _among_nearest(images @ texts.T, right.T, k).astype(np.float64)
    return _score(Kind.IMAGE_TO_TEXT, f"{name} R@{k}", hits, _guessed(right.T, k), len(texts))


def _among_nearest(similarity: Matrix, right: NDArray[np.bool_], k: int) -> NDArray[np.bool_]:
    """Return whether the best right answer of each row is among its k most similar, (queries,)."""
    best = np.where(right, similarity, -np.inf).max(axis=1)
    hits: NDArray[np.bool_] = (similarity > best[:, None]).sum(axis=1) < k
    return hits


def _guessed(right: NDArray[np.bool_], k: int) -> float:
    """Return how often k answers at random hold a right one, mean over the queries, each with its number of them."""
    answers = right.shape[1]
    drawn = min(k, answers)
    missed = [comb(answers - int(number), drawn) / comb(answers, drawn) for number in right.sum(axis=1)]
    return 1 - sum(missed) / len(missed)


def evaluate(pictures: Pictures, vectors: Matrix, cache: Path) -> list[Score]:
    """Return a score a set: zero-shot where it has labels, retrieval where it has sentences."""
    scores: list[Score] = []
    for name in sorted(set(pictures.sets) - set(SKIPPED_SETS)):
        rows = pictures.rows_of(name)
        if name in RETRIEVAL_SETS:
            scores += _retrieval(name, vectors[rows], [pictures.captions[row] for row in rows], cache)
        else:
            labels = sorted({pictures.labels[row] for row in rows})
            place = {label: number for number, label in enumerate(labels)}
            truth = np.array([place[pictures.labels[row]] for row in rows])
            scores.append(zero_shot(name, vectors[rows], truth, encode_labels(labels, cache)))
    return scores


def _retrieval(name: str, images: Matrix, captions: list[tuple[str, ...]], cache: Path) -> list[Score]:
    """Return recall both ways; from text, with each picture's first sentence and with all of them.

    A sentence that several pictures bear is right for each of them.
    """
    sentences = list(dict.fromkeys(sentence for own in captions for sentence in own))
    place = {sentence: number for number, sentence in enumerate(sentences)}
    texts = encode_cached(sentences, cache)
    right = np.zeros((len(sentences), len(captions)), bool)
    for picture, own in enumerate(captions):
        right[[place[sentence] for sentence in own], picture] = True
    first = np.unique([place[own[0]] for own in captions])
    scores = []
    for k in (1, 5, 10):
        scores.append(text_to_image(name, images, texts[first], right[first], k))
        scores.append(text_to_image(f"{name}, all sentences", images, texts, right, k))
        scores.append(image_to_text(name, images, texts, right, k))
    return scores


def evaluate_folder(data: Path, encode: EncodePictures, cache: Path) -> list[Score]:
    """Score an image encoder on `test.parquet` and `cifar10_test.parquet` of a folder, and on drawings kept back."""
    photographs = read_pictures(data / "test.parquet")
    vectors = encode(photographs.encoded)
    scores = evaluate(photographs, vectors, cache) + held_out_words(photographs, vectors, cache)
    for pictures in (read_pictures(data / "cifar10_test.parquet"), held_out_drawings()):
        scores += evaluate(pictures, encode(pictures.encoded), cache)
    return scores


def held_out_words(pictures: Pictures, vectors: Matrix, cache: Path) -> list[Score]:
    """Score words never trained on: how often a right picture lies nearer to the word than a wrong one (ROC AUC)."""
    words = load_held_out()
    texts = encode_labels(list(words), cache)
    scores = []
    for text, (word, labels) in zip(texts, words.items(), strict=True):
        right = np.isin(pictures.labels, labels)
        if right.any() and not right.all():
            similarity = vectors @ text
            wrong = np.sort(similarity[~right])
            beaten = np.searchsorted(wrong, similarity[right]) / len(wrong)
            scores.append(_score(Kind.HELD_OUT_WORD, word, beaten, 0.5, len(pictures.labels)))
    return scores


def mean_top1(scores: list[Score], without: tuple[str, ...] = ()) -> float:
    """Return the mean over the zero-shot sets of photographs that were trained on; the others are reported apart."""
    left_out = APART + without
    values = [score.value for score in scores if score.kind is Kind.ZERO_SHOT and score.name not in left_out]
    return float(np.mean(values)) if values else float("nan")


def report(scores: list[Score]) -> dict[str, Any]:
    """Return the scores as JSON takes them, with the figures that stand for them all."""
    by_name = {score.name: score for score in scores if score.kind is Kind.ZERO_SHOT}
    words = [score for score in scores if score.kind is Kind.HELD_OUT_WORD]
    return {
        "mean_top1": mean_top1(scores),
        "mean_top1_without_imagenet": mean_top1(scores, OF_IMAGENET),
        "cifar10": by_name["cifar10"].value,
        "held_out_words": len(words),
        "held_out_words_above_chance": sum(score.low > score.chance for score in words),
        "scores": [asdict(score) for score in scores],
    }


def table(found: dict[str, Any]) -> str:
    """Return a report as text, a line a score."""
    lines = [
        f"{score['kind']:23} {score['name']:34} {score['pictures']:5} {score['choices']:4} {score['value']:.3f} "
        f"[{score['low']:.3f}, {score['high']:.3f}]  chance {score['chance']:.3f}"
        for score in found["scores"]
    ]
    lines.append(
        f"mean zero-shot top-1 {found['mean_top1']:.3f}, without ImageNet's sets "
        f"{found['mean_top1_without_imagenet']:.3f}, CIFAR-10 {found['cifar10']:.3f}"
    )
    lines.append(f"held-out words above chance: {found['held_out_words_above_chance']} of {found['held_out_words']}")
    return "\n".join(lines)
