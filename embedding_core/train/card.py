"""The README of a tuned model: what it was made from, how, and what it is worth."""

from embedding_core.encoders.spec import EncoderSpec
from embedding_core.train.measures import HeldOutMeasure
from embedding_core.train.params import TuneParams
from embedding_core.train.parting import apart
from embedding_core.train.result import Tuned

_LOSSES = {
    "mnrl": "MultipleNegativesRankingLoss",
    "contrastive": "ContrastiveLoss",
    "triplet": "TripletLoss",
    "cosine": "CosineSimilarityLoss",
}


def model_card(tuned: Tuned, base: EncoderSpec, data: str) -> str:
    """Return the card as Markdown with the hub's head of YAML.

    Args:
        tuned: what came of the training.
        base: the encoder that was tuned.
        data: what the rows were of, in a few words; from a person, so it is shown as code.
    """
    counts = tuned.counts
    head = ["library_name: sentence-transformers", "pipeline_tag: sentence-similarity", "tags:", "- finetuned"]
    if base.license != "unknown":
        head.append(f"license: {base.license.lower()}")
    rows = [
        f"| {before.name} | {before.dims} | {_summary(before)} | {_summary(after)} |"
        for before, after in zip(tuned.before, tuned.after, strict=True)
    ]
    lines = [
        "---",
        *head,
        "---",
        "",
        f"# {tuned.name}",
        "",
        f"`{base.name}` (revision `{base.revision}`), fine-tuned with Vectorscope.",
        "",
        "## Data",
        "",
        f"{counts.trained_on:,} rows of {_code(data)}: {counts.examples:,} examples per epoch.",
        f"{counts.mined:,} of the negatives were mined. {counts.dropped:,} rows were incomplete and were skipped.",
        f"{counts.cut:,} texts were longer than the maximum sequence length and were truncated in training.",
        "",
        "## Recipe",
        "",
        *_recipe(tuned.params),
        f"- {tuned.seconds:,.0f} seconds",
        "",
        "## Results",
        "",
        f"On {counts.measured_on:,} rows that were not trained on, with the interval that 95 of 100 resamples of these",
        "rows fall into.",
        apart(counts.parting, counts.shared, counts.left_out),
        "",
        "| measure | dimensions | before | after |",
        "|---|---|---|---|",
        *rows,
        "",
        "## Use",
        "",
        "```python",
        "from sentence_transformers import SentenceTransformer",
        "",
        f'model = SentenceTransformer("path/to/{tuned.name}")',
        'model.encode(["a text"])',
        "```",
        "",
    ]
    return "\n".join(lines)


def _recipe(params: TuneParams) -> list[str]:
    dims = f", in {', '.join(map(str, params.matryoshka))} dimensions (MatryoshkaLoss)" if params.matryoshka else ""
    return [
        f"- {_LOSSES[params.loss]}{dims}",
        f"- {params.epochs} epochs, {params.batch_size} examples per batch",
        (
            f"- learning rate {params.learning_rate:g}, warmed up over {params.warmup:.0%} of the steps, then "
            "decayed linearly to zero"
        ),
        f"- seed {params.seed}",
    ]


def _summary(measure: HeldOutMeasure) -> str:
    return f"{measure.value:.3f} ({measure.low:.3f} to {measure.high:.3f})"


def _code(text: str) -> str:
    """Return a text that a person wrote as code, whatever is in it."""
    plain = " ".join(text.replace("`", "'").split())
    return f"`{plain[:80]}`"
