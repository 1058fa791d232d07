"""Code for Train."""

from embedding_core.base.snippet import written
from embedding_core.projection import ProjectionParams
from embedding_core.projection.snippet import alignment
from embedding_core.train.stages import FineTune


def fine_tune(stage: FineTune, projection: ProjectionParams) -> str:
    """Return code that defines `made`, with the measures before and after, `encoder`, and `laid`, the map after."""
    supervision = f"Supervision({str(stage.supervision.pairing)!r}, {stage.supervision.columns!r})"
    if stage.supervision.judgments:
        supervision = f"Supervision(judgments={stage.supervision.judgments!r})"
    test = f", {stage.test!r}" if stage.test is not None else ""
    return f"""\
from embedding_core import encoders
from embedding_core.engine import Engine, open_store
from embedding_core.train import Supervision, TuneParams
from embedding_core.train.stages import FineTune

engine = Engine(open_store())
base = encoders.resolve({stage.encoder!r})
params = {written(stage.params)}
supervision = {supervision}
made = engine.make(FineTune({stage.dataset!r}, supervision, base.name, base.revision, {stage.name!r}, params{test}))
for before, after in zip(made.before, made.after):
    print(before.name, before.dims, round(before.value, 4), round(after.value, 4))
encoder = encoders.load(encoders.resolve(made.name))
print(encoder.encode_documents(["a text"]).shape)

dataset = engine.dataset({stage.dataset!r})
{alignment("(engine.embedding(dataset, name) for name in (made.base, made.name))", projection)}"""
