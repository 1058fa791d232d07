"""The recipe of the pocket encoder as data."""

from dataclasses import dataclass, field

from embedding_core.base.errors import ParameterError
from recipes.pocket.augment import AugmentParams


@dataclass(frozen=True)
class LossWeights:
    """How much each target counts."""

    label: float = 1.0
    caption: float = 0.5
    classes: float = 0.5
    concepts: float = 0.5
    features: float = 3.0


@dataclass(frozen=True)
class PocketParams:
    """The recipe."""

    architecture: str = "tf_efficientnet_lite0"
    """timm's name of the architecture."""
    image_size: int = 64
    """Edge of the images in pixels."""
    samples: int = 1_300_000
    """Pictures drawn in all."""
    batch: int = 256
    """Pictures of a batch."""
    learning_rate: float = 8e-4
    """Peak learning rate."""
    warmup_samples: int = 50_000
    decay_fraction: float = 0.5
    """The learning rate falls linearly to 0 over the last part of the run; constant before."""
    weight_decay: float = 0.05
    ema_decay: float = 0.998
    max_scale: float = 100.0
    softening: float = 0.04
    """Temperature that shares the target among close texts; 0.04 leaves a text at a cosine of 0.9 a twelfth."""
    drawn_sets: tuple[str, ...] = ("shapes", "digits")
    """Augmented gently (see `AugmentParams.drawn_area`), softened less, and not named by the teacher."""
    drawn_softening: float = 0.01
    """Their captions differ by one word and lie at cosines of 0.9 to 0.99."""
    balance: float = -0.35
    """A picture of a set of m pictures is drawn with weight m ** balance."""
    set_boosts: tuple[tuple[str, float], ...] = (
        ("flickr8k_1000", 2.5),
        ("coco_mini", 2.0),
        ("intel_scenes", 4.0),
        ("scenes15", 2.0),
        ("cifar100", 1.5),
    )
    loss: LossWeights = field(default_factory=LossWeights)
    augment: AugmentParams = field(default_factory=AugmentParams)
    seed: int = 0
    """Seed of everything that is random."""

    def __post_init__(self) -> None:
        for name in ("image_size", "samples", "batch", "learning_rate"):
            if getattr(self, name) <= 0:
                raise ParameterError(f"{name} is {getattr(self, name)}.", "It must be above 0.")
        if not 0 <= self.decay_fraction <= 1:
            raise ParameterError(f"decay_fraction is {self.decay_fraction}.", "It lies between 0 and 1.")

    @property
    def steps(self) -> int:
        """Number of optimizer steps in all."""
        return -(-self.samples // self.batch)

    def rate_at(self, step: int) -> float:
        """Return the learning rate of a step."""
        warm = min(1.0, (step + 1) * self.batch / max(1, self.warmup_samples))
        left = (self.steps - step) / max(1.0, self.decay_fraction * self.steps)
        return self.learning_rate * min(warm, left, 1.0)
