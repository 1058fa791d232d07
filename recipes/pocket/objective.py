"""What a step of the pocket encoder's training makes smaller."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recipes.pocket.params import LossWeights
from recipes.pocket.targets import TaughtTargets, TextTargets, soften

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Objective:
    """The losses of a batch: cross-entropy over banks of texts, and the direction of the teacher's features."""

    texts: TextTargets
    taught: TaughtTargets | None
    weights: LossWeights
    softening: "torch.Tensor"
    """(n,) temperature for each picture: see `soften`."""

    def __call__(
        self, output: "torch.Tensor", features: "torch.Tensor", rows: "torch.Tensor", scales: "torch.Tensor"
    ) -> dict[str, "torch.Tensor"]:
        """Return the weighted losses of image outputs (n, 384) and predicted features (n, 1280) of the rows (n,)."""
        from torch.nn import functional

        images = functional.normalize(output, dim=1)
        scale = scales.exp()
        losses = {"label": self.weights.label * self._label(images, rows, scale[0])}
        if len(self.texts.captions):
            losses["caption"] = self.weights.caption * self._caption(images, rows, scale[1])
        if self.taught is not None:
            trust = self.taught.trust[rows]
            for name, bank, shares, own in (
                ("classes", self.taught.classes, self.taught.class_share, scale[2]),
                ("concepts", self.taught.concepts, self.taught.concept_share, scale[3]),
            ):
                entropy = _cross_entropy(images @ bank.T * own, shares[rows].float())
                losses[name] = getattr(self.weights, name) * (entropy * trust).mean()
            distance = 1 - functional.cosine_similarity(features, self.taught.features[rows].float(), dim=1)
            losses["features"] = self.weights.features * distance.mean()
        return losses

    def _label(self, images: "torch.Tensor", rows: "torch.Tensor", scale: "torch.Tensor") -> "torch.Tensor":
        right = self.texts.label_of[rows]
        images, softening = images[right >= 0], self.softening[rows][right >= 0]
        right = right[right >= 0]
        bank = self.texts.labels
        shares = soften(bank[right] @ bank.T, softening[:, None])
        return _cross_entropy(images @ bank.T * scale, shares).sum() / len(rows)

    def _caption(self, images: "torch.Tensor", rows: "torch.Tensor", scale: "torch.Tensor") -> "torch.Tensor":
        right = self.texts.captions_of[rows]
        has_caption = right[:, 0] >= 0
        images, right = images[has_caption], right[has_caption]
        softening = self.softening[rows][has_caption].repeat_interleave(right.shape[1])
        bank = self.texts.captions
        shares = soften(bank[right.flatten()] @ bank.T, softening[:, None]).view(*right.shape, -1).mean(dim=1)
        return _cross_entropy(images @ bank.T * scale, shares).sum() / max(1, len(right))


def _cross_entropy(logits: "torch.Tensor", shares: "torch.Tensor") -> "torch.Tensor":
    return -(shares * logits.log_softmax(dim=1)).sum(dim=1)
