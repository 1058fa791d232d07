"""What the pocket encoder can do on pictures it never saw: zero-shot top-1, text-to-image recall, with intervals."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedding_core.training.pocket_data import Pictures, read_pictures
from embedding_core.training.pocket_text import encode_cached, encode_labels, load_held_out
from embedding_core.types import Matrix

RETRIEVAL_SETS = ("flickr8k_1000",)
SKIPPED_SETS = ("coco_mini",)
"""Several objects a picture in one label: neither a class nor a sentence."""
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


def text_to_image(name: str, images: Matrix, texts: Matrix, owner: NDArray[np.intp], k: int) -> Score:
    """Return recall@k: how often a text's own picture is among the k nearest of all pictures."""
    similarity = texts @ images.T
    own = similarity[np.arange(len(texts)), owner]
    rank = (similarity > own[:, None]).sum(axis=1)
    hits = np.array([(rank[owner == picture] < k).mean() for picture in np.unique(owner)])
    return _score(Kind.TEXT_TO_IMAGE, f"{name} R@{k}", hits, min(1.0, k / len(images)), len(images))


def image_to_text(name: str, images: Matrix, texts: Matrix, owner: NDArray[np.intp], k: int) -> Score:
    """Return recall@k: how often one of a picture's own texts is among the k nearest of all texts."""
    nearest = np.argsort(-(images @ texts.T), axis=1, kind="stable")[:, :k]
    hits = (owner[nearest] == np.arange(len(images))[:, None]).any(axis=1).astype(np.float64)
    return _score(Kind.IMAGE_TO_TEXT, f"{name} R@{k}", hits, min(1.0, k / len(images)), len(texts))


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
    """Return recall both ways; from text, with each picture's first sentence and with all of them."""
    texts = encode_cached([sentence for own in captions for sentence in own], cache)
    owner = np.repeat(np.arange(len(captions)), [len(own) for own in captions])
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    scores = []
    for k in (1, 5, 10):
        scores.append(text_to_image(name, images, texts[first], owner[first], k))
        scores.append(text_to_image(f"{name}, all sentences", images, texts, owner, k))
        scores.append(image_to_text(name, images, texts, owner, k))
    return scores


def evaluate_folder(data: Path, encode: EncodePictures, cache: Path) -> list[Score]:
    """Score an image encoder on `test.parquet` and `cifar10_test.parquet` of a folder."""
    scores: list[Score] = []
    for file in ("test.parquet", "cifar10_test.parquet"):
        pictures = read_pictures(data / file)
        vectors = encode(pictures.encoded)
        scores += evaluate(pictures, vectors, cache)
        if file == "test.parquet":
            scores += held_out_words(pictures, vectors, cache)
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


def mean_top1(scores: list[Score]) -> float:
    """Return the mean over the zero-shot sets, CIFAR-10 left out: it is reported apart."""
    return float(np.mean([score.value for score in scores if score.kind is Kind.ZERO_SHOT and score.name != "cifar10"]))


def main(arguments: list[str] | None = None) -> int:
    """Score a weights file and print the table; `--out` writes it as JSON."""
    from embedding_core.training.pocket_model import build_tower, encode_pictures, load_weights

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--architecture", default="resnet10t")
    parser.add_argument("--image-size", type=int, default=64)
    parser.add_argument("--cache", type=Path, required=True, help="folder for the text vectors")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    tower = build_tower(options.architecture)
    tower.load_state_dict(load_weights(options.weights))
    scores = evaluate_folder(
        options.data, lambda encoded: encode_pictures(tower, encoded, options.image_size), options.cache
    )
    for score in scores:
        sys.stdout.write(
            f"{score.kind:23} {score.name:34} {score.pictures:5} {score.choices:4} {score.value:.3f} "
            f"[{score.low:.3f}, {score.high:.3f}]  chance {score.chance:.3f}\n"
        )
    sys.stdout.write(f"mean zero-shot top-1 {mean_top1(scores):.3f}\n")
    if options.out:
        options.out.write_text(json.dumps([asdict(score) for score in scores], indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
