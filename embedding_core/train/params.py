"""How an encoder is fine-tuned."""

from dataclasses import dataclass, field
from enum import StrEnum

from embedding_core.base.choices import member
from embedding_core.base.errors import ParameterError

LONGEST = 512
"""Tokens: what the largest of the usual text encoders read."""


class Loss(StrEnum):
    """What is pulled together and what is pushed apart."""

    MNRL = "mnrl"
    """Multiple negatives ranking: each text toward its positive, away from all other positives of its batch.

    Henderson et al. 2017, https://arxiv.org/abs/1705.00652; van den Oord et al. 2018, https://arxiv.org/abs/1807.03748.
    """
    CONTRASTIVE = "contrastive"
    """Two that belong together are pulled; two that do not are pushed until they are a margin apart.

    Hadsell et al. 2006, https://doi.org/10.1109/CVPR.2006.100.
    """
    TRIPLET = "triplet"
    """A text has to be nearer to its positive than to one that does not belong to it, by a margin.

    Schroff et al. 2015, https://arxiv.org/abs/1503.03832.
    """
    COSINE = "cosine"
    """The cosine of two texts is moved to their score."""


@dataclass(frozen=True)
class TuneParams:
    """The loss and how long, how fast and on what it is minimized."""

    loss: Loss = Loss.MNRL
    """Loss function: multiple negatives ranking, contrastive, triplet or cosine similarity."""
    matryoshka: tuple[int, ...] = ()
    """The loss is also taken of the first so many dimensions, so that they can stand alone; empty without that.

    Kusupati et al. 2022, https://arxiv.org/abs/2205.13147.
    """
    epochs: int = 3
    """Passes over the examples."""
    batch_size: int = field(default=32, metadata={"key": "batch"})
    """Examples of a batch; for mnrl also the number of in-batch candidates of each text."""
    learning_rate: float = 1e-4
    """Peak learning rate. The default suits MiniLM and a few hundred examples; larger models need less."""
    warmup: float = 0.1
    """Over this share of the steps the learning rate rises; then it falls to zero."""
    max_seq_length: int = field(default=128, metadata={"key": "max_tokens"})
    """Longer texts are truncated to this many tokens while training."""
    positives: int = field(default=2, metadata={"key": "partners"})
    """Of labels: number of positives of each text, drawn from its class."""
    hard_negatives: bool | None = field(default=None, metadata={"key": "hard"})
    """Mine negatives among near neighbors, for mnrl too; the other losses always do."""
    margin: float = 0.05
    """A hard negative is at least this share less similar to a text than the text's own positive is.

    Nearer ones may belong together without being marked so: Moreira et al. 2024, https://arxiv.org/abs/2407.15831.
    """
    held_out: float = 0.2
    """This share is never trained on but measured."""
    per_class: int | None = None
    """Of labels: train on this many texts of each class and test on the rest."""
    patience: int = 0
    """Early stopping: epochs without a gain on the validation rows, then the best is restored; 0 never stops."""
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "loss", member(Loss, self.loss, "loss"))
        object.__setattr__(self, "matryoshka", tuple(sorted(set(self.matryoshka), reverse=True)))
        for what, value, least, most in (
            ("epochs", self.epochs, 1, 100),
            ("examples per batch", self.batch_size, 2, 512),
            ("tokens per text", self.max_seq_length, 8, LONGEST),
            ("positives", self.positives, 1, 50),
            ("epochs of patience", self.patience, 0, 100),
            ("examples per class", 2 if self.per_class is None else self.per_class, 2, 10_000),
            ("seed", self.seed, 0, 2**32 - 1),
        ):
            if not least <= value <= most:
                raise ParameterError(f"The number of {what} is {value}.", f"Choose {least} to {most:,}.")
        for what, number, low, high in (
            ("learning rate", self.learning_rate, 1e-7, 1e-2),
            ("share of warm-up steps", self.warmup, 0, 0.9),
            ("margin of hard negatives", self.margin, 0, 0.9),
            ("held-out fraction", self.held_out, 0.05, 0.9),
        ):
            if not low <= number <= high:
                raise ParameterError(f"The {what} is {number:g}.", f"Choose {low:g} to {high:g}.")
        if any(dim < 2 for dim in self.matryoshka):
            raise ParameterError(f"{min(self.matryoshka)} dimensions are too few.", "Use at least 2.")

    @property
    def mines(self) -> bool:
        """Whether hard negatives are looked for."""
        return self.loss is not Loss.MNRL if self.hard_negatives is None else self.hard_negatives


def matryoshka_dims(dim: int, smallest: int = 32) -> tuple[int, ...]:
    """Return a dimension halved again and again, the whole first: 384, 192, 96, 48; and 64, a size often asked for."""
    halves = {dim}
    while min(halves) // 2 >= smallest:
        halves.add(min(halves) // 2)
    return tuple(sorted(halves | ({64} if dim > 64 else set()), reverse=True))
