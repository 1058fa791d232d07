"""Code for Compress."""

from embedding_core.base.snippet import opening, written
from embedding_core.base.types import Key
from embedding_core.compress import CompressionParams

_JUDGED = """\
from embedding_core.compress.stages import JudgedTexts
from embedding_core.encoders.stages import EncodeQueries
from embedding_core.data.judgments import load_judgments

texts = JudgedTexts.of(load_judgments({judgments!r}, engine.store), dataset.ids)
judged = texts.asked(engine.make(EncodeQueries(texts.queries, space)))
"""


def compression(
    dataset: Key, encoder: str, params: CompressionParams, rescoring: int, judgments: Key | None = None
) -> str:
    """Return code that defines `found`, a `Compression`, and prints each form with rescoring of one size."""
    asked = "" if judgments is None else _JUDGED.format(judgments=judgments)
    gain = "" if judgments is None else " nDCG {quality.ndcg:.3f},"
    return f"""\
{opening(dataset, encoder)}
from embedding_core.compress import CompressionParams, compress
{asked}
params = {written(params)}
found = compress(vectors, params{", judged" if asked else ""})
for option in found.options({rescoring}):
    trial, quality = option.trial, option.quality
    print(
        f"{{trial.dims:5}} {{trial.reduction:9}} {{trial.precision:8}} rescored {{quality.rescoring:2}} times:"
        f" recall {{quality.recall:.3f}},{gain} {{trial.size(found.items):,}} bytes, {{quality.milliseconds:.3f}} ms"
    )
"""
