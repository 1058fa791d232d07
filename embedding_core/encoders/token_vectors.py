"""Texts to one vector for each token, through an encoder and the store: a text is encoded once."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from embedding_core import encoders
from embedding_core.base.keys import fingerprint
from embedding_core.base.store import Store
from embedding_core.base.types import Progress
from embedding_core.encoders.shards import read_shards, row_names, write_shard
from embedding_core.encoders.spec import TokenEncoder, TokenVectors
from embedding_core.encoders.stages import loaded_encoder


def token_vectors(encoder: str, texts: Sequence[str], store: Store, progress: Progress) -> TokenVectors:
    """Return the token vectors of texts, from the store where they are there, else encoded and kept."""
    kind = f"tokens/{fingerprint(encoder, encoders.resolve(encoder).revision)[:32]}"
    names, first, inverse = np.unique(row_names(texts), return_index=True, return_inverse=True)
    parts: dict[int, TokenVectors] = {}
    for places, rows, arrays in read_shards(store, kind, names, ("vectors", "starts", "spans")):
        parts |= {place: take(TokenVectors(*arrays), [row]) for place, row in zip(places, rows, strict=True)}
    missing = [place for place in np.argsort(first) if place not in parts]
    if missing:
        model = cast("TokenEncoder", loaded_encoder(encoder))
        fresh = model.encode_tokens([texts[first[place]] for place in missing], progress)
        write_shard(store, kind, names[missing], vars(fresh))
        parts |= {place: take(fresh, [row]) for row, place in enumerate(missing)}
    ordered = [parts[place] for place in inverse]
    starts = np.cumsum([0, *(len(part.vectors) for part in ordered)])
    vectors = np.concatenate([part.vectors for part in ordered])
    return TokenVectors(vectors, starts, np.concatenate([part.spans for part in ordered]))


def take(tokens: TokenVectors, rows: Sequence[int]) -> TokenVectors:
    """Return the token vectors of some of the texts, in that order."""
    bounds = [(tokens.starts[row], tokens.starts[row + 1]) for row in rows]
    places = np.concatenate([np.empty(0, np.int64), *(np.arange(*bound) for bound in bounds)])
    starts = np.cumsum([0, *(stop - start for start, stop in bounds)])
    return TokenVectors(tokens.vectors[places], starts, tokens.spans[places])
