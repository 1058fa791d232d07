"""The recipe of `minilm-static`: MiniLM's vector of each token, then tuned to agree with MiniLM on random words.

Run `python -m recipes.static --out FOLDER`; model2vec's distillation needs `pip install skeletoken`.

1. model2vec passes each token through MiniLM alone. (Tulkens and van Dongen, model2vec, 2024.)
2. The vectors are projected on the main axes of MiniLM's sentence vectors, and frequent tokens weigh less: SIF (Arora
   et al., 2017), with a token's rank in the vocabulary for its frequency.
3. Adam moves the table until the mean over a text's tokens points where MiniLM's vector of that text does. The texts
   are random tokens in a row: no corpus is needed, and none can leak into a measurement.
"""

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import EncoderUnavailableError, ParameterError
from embedding_core.base.types import Matrix
from embedding_core.encoders.text.static import TABLE, load_tokenizer, table_rows, teacher_folder

PADDING = "[PAD]"
PIECE = "##"
"""WordPiece writes it before a token that goes on with the word before."""
LETTERS = re.compile(f"({PIECE})?[a-z]+")
"""What texts are drawn from. MiniLM reads English: other scripts, digits and signs keep what step 2 gave them."""


@dataclass(frozen=True)
class StaticParams:
    """How the table is distilled and tuned."""

    dim: int = 256
    sif: float = 1e-4
    """The probability at which a token weighs half."""
    texts: int = 100_000
    shortest: int = 2
    longest: int = 10
    """Tokens drawn for a text."""
    zipf: float = 0.8
    """Exponent of the rank in the probability of drawing a token."""
    passes: int = 2
    batch: int = 1_024
    learning_rate: float = 3e-3
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.shortest <= self.longest:
            raise ParameterError(f"Texts of {self.shortest} to {self.longest} tokens.", "Shortest first, 1 at least.")
        if not 1 <= self.batch <= self.texts:
            raise ParameterError(f"Batches of {self.batch} of {self.texts} texts.", "Give 1 <= batch <= texts.")


def token_vectors(folder: Path) -> tuple[list[str], Matrix]:
    """Return the model's tokens in the vocabulary's order and their vectors, (tokens, width).

    Raises:
        EncoderUnavailableError: a package that model2vec needs for this is missing.
    """
    try:
        from model2vec.distill import distill
    except ImportError as error:
        raise EncoderUnavailableError(f"model2vec cannot distill: {error}", "Run `pip install skeletoken`.") from error
    model = distill(str(folder), device="cpu", pca_dims=None, sif_coefficient=None, quantize_to="float32")
    kept = [row for row, token in enumerate(model.tokens) if token != PADDING]
    return [model.tokens[row] for row in kept], model.embedding[kept]


def random_texts(tokens: list[str], params: StaticParams) -> list[str]:
    """Return texts of tokens drawn by Zipf's law, pieces of words joined to what stands before them."""
    rng = np.random.default_rng(params.seed)
    # As if ten tokens came first: the very first ones would else fill every text.
    weights = np.arange(10, len(tokens) + 10) ** -params.zipf
    lengths = rng.integers(params.shortest, params.longest + 1, size=params.texts)
    drawn = rng.choice(len(tokens), size=lengths.sum(), p=weights / weights.sum())
    parts = np.split(drawn, lengths.cumsum()[:-1])
    return [" ".join(tokens[i] for i in part).replace(f" {PIECE}", "") for part in parts]


def main_axes(vectors: Matrix, dim: int) -> Matrix:
    """Return the `dim` axes of largest variance as columns, (width, dim)."""
    _, axes = np.linalg.eigh(np.cov(vectors.T))
    return np.asarray(axes[:, ::-1][:, :dim], dtype=np.float32)


def sif_weights(count: int, coefficient: float) -> Matrix:
    """Return coefficient / (coefficient + probability) of tokens in order of frequency, by Zipf's law, (count, 1)."""
    share = 1 / np.arange(2, count + 2)
    weights = coefficient / (coefficient + share / share.sum())
    return np.asarray(weights[:, None], dtype=np.float32)


def tune(table: Matrix, bags: list[NDArray[np.int32]], targets: Matrix, params: StaticParams) -> Matrix:
    """Return the table after Adam has raised the cosine of each bag's sum of rows with its target, (n, dim)."""
    import torch
    from torch.nn.functional import cosine_similarity

    sums = torch.nn.EmbeddingBag.from_pretrained(torch.from_numpy(table.copy()), freeze=False, mode="sum")
    optimizer = torch.optim.Adam(sums.parameters(), lr=params.learning_rate)
    steps = params.passes * (len(bags) // params.batch)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1, 1e-3, total_iters=steps)
    rng = np.random.default_rng(params.seed)
    for _ in range(params.passes):
        order = rng.permutation(len(bags))
        for start in range(0, len(order) - params.batch + 1, params.batch):
            batch = order[start : start + params.batch]
            starts = np.cumsum([0, *(len(bags[i]) for i in batch[:-1])])
            rows = torch.from_numpy(np.concatenate([bags[i] for i in batch]))
            means = sums(rows, torch.from_numpy(starts.astype(np.int32)))
            loss = 1 - cosine_similarity(means, torch.from_numpy(targets[batch])).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return np.asarray(sums.weight.detach().numpy(), dtype=np.float32)


def quantize(table: Matrix) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 rows and one scale a row: `rows * scales[:, None]` is the table again, nearly."""
    scales = np.maximum(np.abs(table).max(axis=1) / 127, np.finfo(np.float32).tiny).astype(np.float32)
    return np.rint(table / scales[:, None]).astype(np.int8), scales


def distill_table(params: StaticParams) -> dict[str, NDArray[Any]]:
    """Return the arrays of the shipped file: vectors int8 (n, dim), scales (n,), token_ids (n,)."""
    from sentence_transformers import SentenceTransformer

    folder = teacher_folder()
    tokenizer = load_tokenizer()
    tokens, raw = token_vectors(folder)
    token_ids = np.array([tokenizer.token_to_id(token) for token in tokens], dtype=np.int32)
    texts = random_texts([token for token in tokens if LETTERS.fullmatch(token)], params)
    targets = SentenceTransformer(str(folder), device="cpu").encode(texts, batch_size=128)
    axes = main_axes(targets, params.dim)
    table = (raw - raw.mean(axis=0)) @ axes * sif_weights(len(tokens), params.sif)
    rows = table_rows(tokenizer, token_ids)
    ids = [encoding.ids for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
    # A mean length of 1 gives Adam's step the same meaning for every model.
    table /= np.linalg.norm(table, axis=1).mean()
    tuned = tune(table, [rows[bag] for bag in ids], (targets - targets.mean(axis=0)) @ axes, params)
    vectors, scales = quantize(tuned)
    return {"vectors": vectors, "scales": scales, "token_ids": token_ids}


def main(arguments: list[str] | None = None) -> int:
    """Write the table into a folder."""
    from safetensors.numpy import save_file

    parser = argparse.ArgumentParser(description="Distil minilm-static from MiniLM.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the table")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    save_file(distill_table(StaticParams()), options.out / TABLE.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
