"""What each training picture is pulled toward: softened texts, and the teacher's view of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from recipes.pocket.data import Corpus
from recipes.pocket.teacher import Lessons
from recipes.pocket.text import encode_cached, encode_labels, load_held_out, load_words

if TYPE_CHECKING:
    import torch

CAPTIONS_KEPT = 5
AGREEMENT_TEMPERATURE = 0.1
PLAUSIBLE_CLASSES = 32


@dataclass(frozen=True)
class TextTargets:
    """Banks of unit text vectors and, row by row, which of them describe the picture."""

    labels: "torch.Tensor"
    """(labels, 384)"""
    label_of: "torch.Tensor"
    """(n,), -1 where a picture has none."""
    captions: "torch.Tensor"
    """(captions, 384)"""
    captions_of: "torch.Tensor"
    """(n, 5), a picture's captions repeated to fill the row, -1 where it has none."""


@dataclass(frozen=True)
class TaughtTargets:
    """The teacher's view: class probabilities made to agree with the label, concepts above them, features."""

    classes: "torch.Tensor"
    """(1000, 384)"""
    concepts: "torch.Tensor"
    """(concepts, 384)"""
    class_share: "torch.Tensor"
    """(n, 1000) float16, rows add up to 1."""
    concept_share: "torch.Tensor"
    """(n, concepts) float16, rows add up to 1 (0 where no concept lies above)."""
    trust: "torch.Tensor"
    """(n,) how near the believed classes lie to the picture's own words, 0 to 1."""
    features: "torch.Tensor"
    """(n, 1280) float16, each column of mean 0 and deviation 1."""


def text_targets(corpus: Corpus, cache: Path) -> TextTargets:
    """Return the vectors of the labels and captions of a corpus; words held out for evaluation are left out."""
    import torch

    held_out = load_held_out()
    labels = sorted({label for label in corpus.labels if label and label not in held_out})
    captions = sorted({caption for row in corpus.captions for caption in row if caption not in held_out})
    label_place = {label: place for place, label in enumerate(labels)}
    caption_place = {caption: place for place, caption in enumerate(captions)}
    captions_of = np.full((len(corpus), CAPTIONS_KEPT), -1)
    for row, (label, own) in enumerate(zip(corpus.labels, corpus.captions, strict=True)):
        places = [caption_place[caption] for caption in own if caption in caption_place]
        if places and label not in held_out:
            captions_of[row] = np.resize(places, CAPTIONS_KEPT)
    return TextTargets(
        labels=torch.from_numpy(encode_labels(labels, cache)),
        label_of=torch.tensor([label_place.get(label, -1) for label in corpus.labels]),
        captions=torch.from_numpy(encode_cached(captions, cache)) if captions else torch.zeros(0, 384),
        captions_of=torch.from_numpy(captions_of),
    )


def soften(similarity: "torch.Tensor", temperature: "float | torch.Tensor") -> "torch.Tensor":
    """Turn cosines to the right text, (n, texts), into target shares: close texts are partly right, not wrong."""
    return ((similarity - 1) / temperature).softmax(dim=1)


def taught_targets(
    lessons: Lessons, texts: TextTargets, classes: "torch.Tensor", concepts: "torch.Tensor"
) -> TaughtTargets:
    """Return the teacher's outputs as targets; the vectors name the 1,000 classes and the concepts above them."""
    import torch

    below = torch.from_numpy(load_words().below)
    concept_weight = torch.log(len(classes) / below.sum(dim=0))
    count = len(lessons.logits)
    class_share = torch.zeros(count, len(classes), dtype=torch.float16)
    concept_share = torch.zeros(count, below.shape[1], dtype=torch.float16)
    trust = torch.zeros(count)
    for start in range(0, count, 4096):
        part = slice(start, start + 4096)
        agreement = _own_words(texts, part) @ classes.T
        logits = torch.from_numpy(np.asarray(lessons.logits[part], np.float32))
        shares = _agreed(logits, agreement)
        above = (shares @ below) * concept_weight
        class_share[part] = shares.half()
        concept_share[part] = (above / above.sum(dim=1, keepdim=True).clamp(min=1e-6)).half()
        trust[part] = (shares * agreement).sum(dim=1).clamp(0, 1)
    return TaughtTargets(
        classes=classes,
        concepts=concepts,
        class_share=class_share,
        concept_share=concept_share,
        trust=trust,
        features=_standardized(lessons),
    )


def _own_words(texts: TextTargets, part: slice) -> "torch.Tensor":
    """Return (n, 384) unit vectors: of the label, else of the mean caption, else zeros."""
    from torch.nn import functional

    label, caption = texts.label_of[part], texts.captions_of[part]
    vectors = texts.labels.new_zeros(len(label), texts.labels.shape[1])
    labeled, record = label >= 0, (label < 0) & (caption[:, 0] >= 0)
    vectors[labeled] = texts.labels[label[labeled]]
    vectors[record] = texts.captions[caption[record]].mean(dim=1)
    return functional.normalize(vectors, dim=1)


def _agreed(logits: "torch.Tensor", agreement: "torch.Tensor") -> "torch.Tensor":
    """Weigh the teacher's likeliest classes by how near their names lie to the picture's own words."""
    import torch

    best, place = logits.topk(PLAUSIBLE_CLASSES, dim=1)
    weighed = (best + agreement.gather(1, place) / AGREEMENT_TEMPERATURE).softmax(dim=1)
    return torch.zeros_like(logits).scatter_(1, place, weighed)


def _standardized(lessons: Lessons) -> "torch.Tensor":
    import torch

    features = torch.from_numpy(np.array(lessons.features))
    sample = features[:: max(1, len(features) // 8192)].float()
    mean, deviation = sample.mean(dim=0), sample.std(dim=0).clamp(min=1e-3)
    for start in range(0, len(features), 4096):
        features[start : start + 4096] = ((features[start : start + 4096].float() - mean) / deviation).half()
    return features
