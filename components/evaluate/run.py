"""One measured system: an encoder and a ranking method on the judged queries."""

from dataclasses import dataclass

from components.evaluate.systems import System
from embedding_core.evaluate.measures import QueryScores
from embedding_core.evaluate.stages import EvaluateRetrieval


@dataclass(frozen=True, eq=False)
class Run:
    """A system and what it scored."""

    system: System
    stage: EvaluateRetrieval
    scores: QueryScores

    @property
    def name(self) -> str:
        """What the system is called on pages."""
        return self.system.name

    @property
    def record(self) -> tuple[str, str]:
        """The encoder and the engine, as code names them."""
        return self.system.space.encoder, str(self.system.method)
