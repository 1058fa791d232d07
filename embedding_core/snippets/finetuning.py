"""A fine-tuning as code."""

from embedding_core.finetuning import TuneParams
from embedding_core.stages import FineTune


def fine_tune(stage: FineTune) -> str:
    """Return code that leaves `made`, with what was measured before and after, and the tuned `encoder`."""
    usual = TuneParams()
    asked = ", ".join(
        f"{name}={_literal(value)}" for name, value in vars(stage.params).items() if value != getattr(usual, name)
    )
    teaching = f"Teaching({str(stage.teaching.pairing)!r}, {stage.teaching.columns!r})"
    if stage.teaching.judgements:
        teaching = f"Teaching(judgements={stage.teaching.judgements!r})"
    test = f", {stage.test!r}" if stage.test is not None else ""
    return f"""\
from embedding_core import encoders
from embedding_core.engine import Engine, open_store
from embedding_core.finetuning import Teaching, TuneParams
from embedding_core.stages import FineTune

engine = Engine(open_store())
base = encoders.resolve({stage.encoder!r})
params = TuneParams({asked})
teaching = {teaching}
made = engine.make(FineTune({stage.dataset!r}, teaching, base.name, base.revision, {stage.name!r}, params{test}))
for before, after in zip(made.before, made.after):
    print(before.name, before.dims, round(before.value, 4), round(after.value, 4))
encoder = encoders.load(encoders.resolve(made.name))
print(encoder.encode_documents(["a text"]).shape)
"""


def _literal(value: object) -> str:
    return repr(str(value)) if isinstance(value, str) else repr(value)
