"""What the views of the Inspect page work on; unlike an analysis context it needs no data set."""

from dataclasses import dataclass
from typing import Any

from components.app import job_panel
from embedding_core import encoders
from embedding_core.base.stage import Stage
from embedding_core.base.types import Key
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.spec import EncoderSpec
from embedding_core.engine import Engine
from embedding_core.workspace import Selection


@dataclass(frozen=True, eq=False)
class InspectContext:
    """Who makes things, for whom, and what is open, if anything is."""

    engine: Engine
    owner: str
    dataset: Dataset | None
    encoder: str
    selection: Selection
    picture: Key | None = None
    """An upload that was brought to be looked into."""

    def result(self, stage: Stage, *, height: int = 320, wait: float = 2.0) -> Any | None:
        """Return the result of a stage, or None with a placeholder, or what went wrong, in its place."""
        return job_panel.result(self.engine, stage, self.owner, height=height, wait=wait)

    @property
    def readers(self) -> tuple[str, ...]:
        """Encoders that show their tokens: the one in use first, if it is contextual and shows them."""
        spec = encoders.resolve(self.encoder)
        named = (self.encoder,) if spec.shows_tokens and spec.contextual else ()
        return tuple(dict.fromkeys((*named, encoders.DEFAULT_ENCODER, encoders.DEFAULT_STATIC_ENCODER)))

    @property
    def picture_reader(self) -> EncoderSpec:
        """The encoder in use, if it reads a picture patch by patch, else the default one that does."""
        spec = encoders.resolve(self.encoder)
        return spec if spec.patch_scale is not None else encoders.resolve(encoders.DEFAULT_IMAGE_ENCODER)

    @property
    def row(self) -> int:
        """A row to begin with: the first that is selected, or the first."""
        return self.selection.rows[0] if self.selection.rows else 0
