"""BERT's forward pass, written for CPUs.

Three things make it several times as fast as padding batches through a general library:

- The texts of a batch lie behind each other in one long row of tokens, so that no work goes into padding. Texts of
  equal length attend together, which needs no mask.
- Each core takes whole batches for itself, so that no core waits for another at the end of every layer.
- Weights are bfloat16 where the processor multiplies it natively, and laid out for oneDNN once. Sums stay in float32:
  layer norms, softmax, and above all the pooling, which would cost the most accuracy.

Devlin et al. 2019, https://aclanthology.org/N19-1423; positions of RoBERTa start after its padding token's number.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.base.types import Halves, Matrix, Progress, no_progress
from embedding_core.encoders.text.batching import MOST_TOKENS, batches, runs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

ROBERTA_LIKE = ("roberta", "xlm-roberta", "camembert")
BERT_LIKE = ("bert", *ROBERTA_LIKE)
WEIGHTS_FILE = "model.safetensors"
PREFIXES = ("", "bert.", "roberta.")
"""What stands before a weight's name, depending on the class a model was saved from."""

SHORT = 128
"""Up to this many tokens the scores of all pairs are computed at once; above, in blocks."""


class Pooling(StrEnum):
    """How token vectors become one vector."""

    MEAN = "mean"
    CLS = "cls"


def first_position(config: dict[str, Any]) -> int:
    """Return the row of the position table that belongs to a text's first token."""
    return int(config.get("pad_token_id", 1)) + 1 if config["model_type"] in ROBERTA_LIKE else 0


def supports(config: dict[str, Any], folder: Path) -> bool:
    """Return whether the `config.json` and the weights in a folder are of the kind this file computes."""
    from safetensors import safe_open

    if (
        config.get("model_type") not in BERT_LIKE
        or config.get("hidden_act") != "gelu"
        or config.get("position_embedding_type", "absolute") != "absolute"
        or config.get("is_decoder")
        or not (folder / WEIGHTS_FILE).is_file()
    ):
        return False
    with safe_open(folder / WEIGHTS_FILE, framework="np") as file:
        names = set(file.keys())
    return any(f"{prefix}embeddings.LayerNorm.weight" in names for prefix in PREFIXES)


@cache
def core_count() -> int:
    """Return how many threads torch takes when it is not told."""
    import torch

    # Asked once, before any worker thread has set it to 1 for threads born after it.
    return torch.get_num_threads()


def use_all_cores() -> None:
    """Let torch work on all cores in this thread, whatever it was told in others."""
    import torch

    torch.set_num_threads(core_count())


@cache
def hardware() -> tuple[bool, bool]:
    """Return whether the processor multiplies bfloat16 natively, and whether oneDNN serves it."""
    import torch

    able = torch.cpu.get_capabilities()
    onednn = able["architecture"] == "x86_64" and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    native = able.get("amx_bf16") or able.get("avx512_bf16")
    # oneDNN may be held to older instructions than there are, by ONEDNN_MAX_CPU_ISA.
    return bool(onednn and native and torch.ops.mkldnn._is_mkldnn_bf16_supported()), onednn


class Linear:
    """x W^T + b, with the exact GELU after it where asked."""

    def __init__(self, weight: Tensor, bias: Tensor, gelu: bool = False) -> None:
        import torch

        self._bias = bias
        self._gelu = gelu
        self._onednn = hardware()[1]
        # Packed once; and oneDNN's float32 is over twice as fast as MKL's on AMD.
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight, MOST_TOKENS) if self._onednn else weight

    def __call__(self, x: Tensor) -> Tensor:
        import torch
        from torch.nn.functional import gelu, linear

        if self._onednn:
            after = "gelu" if self._gelu else "none"
            packed: Tensor = torch.ops.mkldnn._linear_pointwise(x, self._weight, self._bias, after, [], "none")
            return packed
        y = linear(x, self._weight, self._bias)
        return gelu(y) if self._gelu else y


class _LayerNorm:
    def __init__(self, weight: Tensor, bias: Tensor, eps: float) -> None:
        self._weight = weight
        self._bias = bias
        self._eps = eps

    def __call__(self, x: Tensor) -> Tensor:
        from torch.nn.functional import layer_norm

        return layer_norm(x, self._weight.shape, self._weight, self._bias, self._eps)


class Bert:
    """A BERT-like encoder with its pooling."""

    def __init__(self, config: dict[str, Any], folder: Path, pooling: Pooling, normalize: bool) -> None:
        import torch
        from safetensors.torch import load_file

        self.dim = int(config["hidden_size"])
        self._heads = int(config["num_attention_heads"])
        self._eps = float(config.get("layer_norm_eps", 1e-12))
        self._pooling = pooling
        self._normalize = normalize
        self._dtype = torch.bfloat16 if hardware()[0] else torch.float32
        tensors = load_file(folder / WEIGHTS_FILE)
        prefix = next(prefix for prefix in PREFIXES if f"{prefix}embeddings.LayerNorm.weight" in tensors)
        self._tensors = {name.removeprefix(prefix): tensor for name, tensor in tensors.items()}
        self._words = self._tensors["embeddings.word_embeddings.weight"].float()
        positions = self._tensors["embeddings.position_embeddings.weight"][first_position(config) :]
        # Each text is of the first of the two types that BERT tells apart, so its vector belongs to every position.
        self._positions = positions.float() + self._tensors["embeddings.token_type_embeddings.weight"][0].float()
        self._embedded = self._norm("embeddings.LayerNorm")
        self._layers = [self._layer(f"encoder.layer.{i}.") for i in range(int(config["num_hidden_layers"]))]
        del self._tensors

    def _pair(self, name: str, dtype: Any) -> tuple[Tensor, Tensor]:
        return self._tensors[f"{name}.weight"].to(dtype), self._tensors[f"{name}.bias"].to(dtype)

    def _norm(self, name: str) -> _LayerNorm:
        import torch

        return _LayerNorm(*self._pair(name, torch.float32), self._eps)

    def _layer(self, at: str) -> tuple[Linear, Linear, _LayerNorm, Linear, Linear, _LayerNorm]:
        import torch

        parts = [self._pair(f"{at}attention.self.{name}", torch.float32) for name in ("query", "key", "value")]
        # Attention divides by the root of a head's width: the queries do so beforehand.
        scale = (self.dim // self._heads) ** -0.5
        weights, biases = (torch.cat([query * scale, *rest]) for query, *rest in zip(*parts, strict=True))
        return (
            Linear(weights.to(self._dtype), biases.to(self._dtype)),
            Linear(*self._pair(f"{at}attention.output.dense", self._dtype)),
            self._norm(f"{at}attention.output.LayerNorm"),
            Linear(*self._pair(f"{at}intermediate.dense", self._dtype), gelu=True),
            Linear(*self._pair(f"{at}output.dense", self._dtype)),
            self._norm(f"{at}output.LayerNorm"),
        )

    def encode(self, tokens: list[list[int]], progress: Progress = no_progress) -> Matrix:
        """Return (n, dim) float32 vectors of token numbers, zeros for a text without any; progress is in tokens."""
        import torch

        lengths = np.array([len(ids) for ids in tokens], dtype=np.int64)
        out = np.zeros((len(tokens), self.dim), dtype=np.float32)

        def work(rows: list[int]) -> int:
            with torch.inference_mode():
                out[rows] = self._forward([tokens[i] for i in rows]).numpy()
            return int(lengths[rows].sum())

        _each_batch(work, lengths, progress)
        return out

    def encode_tokens(self, tokens: list[list[int]], progress: Progress = no_progress) -> Halves:
        """Return (tokens, dim) float16 unit vectors, one a token in its context, text after text as they are given."""
        import torch
        from torch.nn.functional import normalize

        lengths = np.array([len(ids) for ids in tokens], dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        out = np.zeros((int(starts[-1]), self.dim), dtype=np.float16)

        def work(rows: list[int]) -> int:
            places = np.concatenate([np.arange(starts[i], starts[i + 1]) for i in rows])
            with torch.inference_mode():
                out[places] = normalize(self._contextual([tokens[i] for i in rows])[0].float()).half().numpy()
            return len(places)

        _each_batch(work, lengths, progress)
        return out

    def _forward(self, tokens: list[list[int]]) -> Tensor:
        """Return (n, dim) vectors of texts sorted by length."""
        import torch
        from torch.nn.functional import normalize

        x, runs = self._contextual(tokens)
        pooled = torch.cat([self._pool(x[tokens_of].view(n, length, -1).float()) for tokens_of, n, length in runs])
        return normalize(pooled) if self._normalize else pooled

    def layers(self, tokens: list[int]) -> NDArray[np.float32]:
        """Return (layers + 1, tokens, dim) of one text's token numbers: as embedded, then after every layer."""
        import torch

        if not tokens:
            return np.zeros((len(self._layers) + 1, 0, self.dim), dtype=np.float32)
        use_all_cores()
        with torch.inference_mode():
            states = self._states([tokens], list(runs_of([len(tokens)])))
            found: NDArray[np.float32] = torch.stack([x.float() for x in states]).numpy()
        return found

    def _contextual(self, tokens: list[list[int]]) -> tuple[Tensor, list[tuple[slice, int, int]]]:
        """Return (tokens, dim) vectors of texts sorted by length, and where texts of equal length lie."""
        runs = list(runs_of([len(ids) for ids in tokens]))
        for x in self._states(tokens, runs):  # noqa: B007
            pass
        return x, runs

    def _states(self, tokens: list[list[int]], runs: list[tuple[slice, int, int]]) -> Iterator[Tensor]:
        """Yield (tokens, dim) vectors as they are embedded, then as they leave each layer."""
        import torch
        from torch.nn.functional import embedding

        ids = torch.tensor([number for text in tokens for number in text])
        x = embedding(ids, self._words) + torch.cat([self._positions[: len(text)] for text in tokens])
        x = self._embedded(x).to(self._dtype)
        yield x
        for to_qkv, to_out, norm_out, widen, narrow, norm_narrow in self._layers:
            x = norm_out(to_out(self._attend(to_qkv(x), runs)) + x)
            x = norm_narrow(narrow(widen(x)) + x)
            yield x

    def _attend(self, qkv: Tensor, runs: list[tuple[slice, int, int]]) -> Tensor:
        import torch
        from torch.nn.functional import scaled_dot_product_attention

        out = torch.empty(len(qkv), self.dim, dtype=qkv.dtype)
        for tokens_of, n, length in runs:
            q, k, v = qkv[tokens_of].view(n, length, 3, self._heads, -1).permute(2, 0, 3, 1, 4).contiguous()
            if length <= SHORT:
                # Twice as fast for short texts; and softmax is slow in bfloat16.
                shares = (q @ k.transpose(-1, -2)).softmax(dim=-1, dtype=torch.float32)
                attended = shares.to(v.dtype) @ v
            else:
                attended = scaled_dot_product_attention(q, k, v, scale=1.0)
            out[tokens_of].view(n, length, self._heads, -1).copy_(attended.transpose(1, 2))
        return out

    def _pool(self, x: Tensor) -> Tensor:
        return x.mean(dim=1) if self._pooling is Pooling.MEAN else x[:, 0]


def _each_batch(work: Callable[[list[int]], int], lengths: NDArray[np.int64], progress: Progress) -> None:
    """Do work on batches of texts, one a core at a time; it returns how many tokens it has done."""
    import torch

    total, done, cores = int(lengths.sum()), 0, core_count()
    pool = ThreadPoolExecutor(cores, initializer=torch.set_num_threads, initargs=(1,))
    try:
        for size in pool.map(work, batches(lengths, cores)):
            done += size
            progress(done, total)
    finally:
        pool.shutdown(cancel_futures=True)
        use_all_cores()
