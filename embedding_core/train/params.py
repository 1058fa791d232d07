"""How an encoder is fine-tuned."""

from dataclasses import dataclass, field
from enum import StrEnum

from embedding_core.base.errors import ParameterError

LONGEST = 512
"""Tokens: what the largest of the usual text encoders read."""


class Loss(StrEnum):
    """What is pulled together and what is pushed apart."""

    MNRL = "mnrl"
    """Multiple negatives ranking: each text toward its partner, away from all other partners of its batch.

    Henderson et al. 2017, https://arxiv.org/abs/1705.00652; van den Oord et al. 2018, https://arxiv.org/abs/1807.03748.
    """
    CONTRASTIVE = "contrastive"
    """Two that belong together are pulled; two that do not are pushed until they are a margin apart.

    Hadsell et al. 2006, https://doi.org/10.1109/CVPR.2006.100.
    """
    TRIPLET = "triplet"
    """A text has to be nearer to its partner than to one that does not belong to it, by a margin.

    Schroff et al. 2015, https://arxiv.org/abs/1503.03832.
    """
    COSINE = "cosine"
    """The cosine of two texts is moved to their score."""


@dataclass(frozen=True)
class TuneParams:
    """The loss and how long, how fast and on what it is minimized."""

    loss: Loss = Loss.MNRL
    matryoshka: tuple[int, ...] = ()
    """The loss is also taken of the first so many dimensions, so that they can stand alone; empty without that.

    Kusupati et al. 2022, https://arxiv.org/abs/2205.13147.
    """
    epochs: int = 3
    """How often each example is seen."""
    batch: int = 32
    """Examples that are learned from at once; for mnrl also how many partners a text is told apart from."""
    learning_rate: float = 1e-4
    """For MiniLM and a few hundred examples; larger models want less."""
    warmup: float = 0.1
    """Over this share of the steps the learning rate rises; then it falls to zero."""
    max_tokens: int = 128
    """Longer texts are cut at so many tokens while training."""
    positives: int = field(default=2, metadata={"key": "partners"})
    """Of labels: how many texts of its class each text is paired with."""
    hard: bool | None = None
    """Take what does not belong together from near neighbors; None where the loss needs it, so not for mnrl."""
    margin: float = 0.05
    """A hard negative is at least this share less similar to a text than the text's own partner is.

    Nearer ones may belong together without being marked so: Moreira et al. 2024, https://arxiv.org/abs/2407.15831.
    """
    held_out: float = 0.2
    """This share is never trained on but measured."""
    per_class: int | None = None
    """Of labels: train on so many of each class and measure on the rest; None to go by `held_out`."""
    patience: int = 0
    """Stop when the watched measure has not risen in so many epochs, and go back to the best; 0 never."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.loss not in list(Loss):
            raise ParameterError(f"There is no loss {self.loss!r}.", f"Choose one of {', '.join(Loss)}.")
        object.__setattr__(self, "loss", Loss(self.loss))
        object.__setattr__(self, "matryoshka", tuple(sorted(set(self.matryoshka), reverse=True)))
        for what, value, least, most in (
            ("epochs", self.epochs, 1, 100),
            ("examples a batch", self.batch, 2, 512),
            ("tokens of a text", self.max_tokens, 8, LONGEST),
            ("partners", self.positives, 1, 50),
            ("epochs of patience", self.patience, 0, 100),
            ("examples a class", 2 if self.per_class is None else self.per_class, 2, 10_000),
            ("seed", self.seed, 0, 2**32 - 1),
        ):
            if not least <= value <= most:
                raise ParameterError(f"{value} {what} were asked for.", f"Take {least} to {most:,}.")
        for what, number, low, high in (
            ("learning rate", self.learning_rate, 1e-7, 1e-2),
            ("share of warm-up steps", self.warmup, 0, 0.9),
            ("margin of hard negatives", self.margin, 0, 0.9),
            ("share that is held out", self.held_out, 0.05, 0.9),
        ):
            if not low <= number <= high:
                raise ParameterError(f"The {what} is {number:g}.", f"Take {low:g} to {high:g}.")
        if any(dim < 2 for dim in self.matryoshka):
            raise ParameterError(f"{min(self.matryoshka)} dimensions are too few.", "Take at least 2.")

    @property
    def mines(self) -> bool:
        """Whether hard negatives are looked for."""
        return self.loss is not Loss.MNRL if self.hard is None else self.hard


def matryoshka_dims(dim: int, smallest: int = 32) -> tuple[int, ...]:
    """Return a dimension halved again and again, the whole first: 384, 192, 96, 48; and 64, a size often asked for."""
    halves = {dim}
    while min(halves) // 2 >= smallest:
        halves.add(min(halves) // 2)
    return tuple(sorted(halves | ({64} if dim > 64 else set()), reverse=True))
