"""ColBERT and ColPali as the stock library runs them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from embedding_core.base.errors import InputError
from embedding_core.data.pictures.decode import decode
from embedding_core.encoders.image.picture_grid import in_rows, in_tiles, name_patches
from embedding_core.encoders.text import bert
from embedding_core.encoders.text.tokens import PictureTokens, Tokens, reads_texts_only

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from sentence_transformers import MultiVectorEncoder

    from embedding_core.base.types import Indices, Matrix

_SHORT_SIDE = 2_048
"""A picture is decoded with this many pixels at least: the models see less of it."""
_SEEN_SIDE = 640


class StockTokens:
    """A model of the stock library, with its own markers, expansion and projection."""

    def __init__(self, model: MultiVectorEncoder, name: str) -> None:
        self._model = model.eval()
        self._name = name

    def read(self, text: str, *, query: bool) -> Tokens:
        """Return what the model compares: its markers and the tokens it adds to a question are among it."""
        found = self._encode(text, query=query)
        compared = _compared(found)
        pieces = self._pieces(found)
        own = self._own(text) if query else np.ones(len(pieces), dtype=bool)
        return Tokens(_kept(pieces, compared), _vectors(found), own[compared])

    def read_picture(self, data: bytes) -> PictureTokens:
        """Return what the model compares of a picture: its patches, and the words the model puts around them."""
        if not self._model.supports("image"):
            raise reads_texts_only(self._name)
        try:
            image = decode(data, wanted=_SHORT_SIDE).image
        except InputError as error:
            raise InputError(f"The picture cannot be read: it is {error.message}.", "Use another picture.") from None
        try:
            found = self._encode(image, query=False)
        except ValueError as error:
            # As Qwen's does of what is over 200 times as wide as it is high.
            why = str(error).splitlines()[0].rstrip(".")
            raise InputError(f"{self._name} cannot process this picture: {why}.", "Use another picture.") from error
        compared, pieces, is_patch = _compared(found), self._pieces(found), self._is_patch(found)
        grid = self._grid(image.size, pieces, is_patch)
        names = name_patches(pieces, is_patch, grid)
        if grid is not None:
            grid = (np.cumsum(compared) - 1)[grid].astype(np.int32) if compared[grid].all() else None
        image.thumbnail((_SEEN_SIDE, _SEEN_SIDE))
        return PictureTokens(_kept(names, compared), _vectors(found), grid, np.asarray(image))

    def _encode(self, document: str | Image.Image, *, query: bool) -> Mapping[str, Any]:
        """Return ids, mask and vectors of the tokens of one input, those that are not compared among them."""
        import torch

        bert.use_all_cores()
        if self._retrieves and (query or isinstance(document, Image.Image)):
            # The library calls the processor itself, which in ColModernVBERT adds neither fillers nor patches.
            with torch.inference_mode():
                made = self._model(self._rendered(document), task="query" if query else "document")
            return {name: made[name][0] for name in ("input_ids", "attention_mask", "token_embeddings")}
        encode = self._model.encode_query if query else self._model.encode_document
        found: Mapping[str, Any] = encode(document, output_value=None, show_progress_bar=False)
        return found

    @property
    def _retrieves(self) -> bool:
        """Whether it is a ColPali of transformers, whose processor has words of its own for questions and pictures."""
        return getattr(self._model[0], "transformer_task", "") == "retrieval"

    def _rendered(self, document: str | Image.Image) -> dict[str, Any]:
        processor: Any = self._model.processor
        if isinstance(document, str):
            return {**processor.process_queries(text=[document]), "modality": "text"}
        return {**processor.process_images(images=[document]), "modality": "image"}

    def _own(self, query: str) -> NDArray[np.bool_]:
        """Return which tokens of a question are its own: those that an empty one has not, without special ones."""
        ids, empty = self._ids(query), self._ids("")
        start = _shared(ids, empty)
        stop = len(ids) - min(_shared(ids[::-1], empty[::-1]), len(ids) - start)
        own = np.isin(ids, self._model.tokenizer.all_special_ids, invert=True)
        own[:start] = own[stop:] = False
        return own

    def _ids(self, query: str) -> list[int]:
        if self._retrieves:
            rendered = self._rendered(query)
        else:
            rendered = self._model.preprocess([query], prompt=self._model.prompts.get("query"), task="query")
        ids: list[int] = rendered["input_ids"][0].tolist()
        return ids

    def _pieces(self, found: Mapping[str, Any]) -> list[str]:
        """Return the tokens as they are written; pooled ones stand for many, and have a number only."""
        ids = found.get("input_ids", ())
        if len(ids) != len(found["attention_mask"]):
            return [f"group {number}" for number in range(1, len(found["attention_mask"]) + 1)]
        tokenizer = self._model.tokenizer
        vocabulary = tokenizer.convert_ids_to_tokens(ids.tolist())
        return [tokenizer.decode([i]).strip() or piece for i, piece in zip(ids.tolist(), vocabulary, strict=True)]

    def _is_patch(self, found: Mapping[str, Any]) -> NDArray[np.bool_]:
        ids, token = found.get("input_ids", ()), getattr(self._model.processor, "image_token", None)
        if len(ids) != len(found["attention_mask"]) or token is None:
            return np.zeros(len(found["attention_mask"]), dtype=bool)
        is_patch: NDArray[np.bool_] = ids.numpy() == self._model.tokenizer.convert_tokens_to_ids(token)
        return is_patch

    def _grid(self, size: tuple[int, int], pieces: Sequence[str], is_patch: NDArray[np.bool_]) -> Indices | None:
        from sentence_transformers.multi_vector_encoder.interpretability import get_n_patches

        with suppress(ValueError):  # of a processor that the library does not know
            try:
                columns, rows = get_n_patches(self._model, size)
            except NotImplementedError:
                return in_tiles(is_patch, pieces)
            return in_rows(is_patch, rows, columns)
        return None


def _compared(found: Mapping[str, Any]) -> NDArray[np.bool_]:
    compared: NDArray[np.bool_] = found["attention_mask"].bool().numpy()
    return compared


def _vectors(found: Mapping[str, Any]) -> Matrix:
    vectors: Matrix = found["token_embeddings"][found["attention_mask"].bool()].float().numpy()
    return vectors


def _kept(pieces: Sequence[str], compared: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(piece for piece, kept in zip(pieces, compared, strict=True) if kept)


def _shared(left: Sequence[int], right: Sequence[int]) -> int:
    """Return how many tokens two sequences begin with alike."""
    return next(
        (i for i, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]), min(len(left), len(right))
    )
