"""What columns of vectors are called, and lists of numbers that are something else."""

import re

USUAL = frozenset(
    "embedding embeddings embed embeds embedded emb embs vector vectors vec vecs dense_vector "
    "sentence_embedding".split()
)
LIKELY = frozenset(
    "values features feature feat feats pooled pooler pooler_output pool encoding encodings encoded "
    "representation representations repr latent latents hidden dense activation activations descriptor "
    "fingerprint pixel pixels".split()
)
OTHERS = frozenset(
    "token tokens id ids input_ids attention mask masks bbox bboxes box boxes coord coords coordinate "
    "coordinates lon lat lng lonlat latlon latitude longitude location position positions point points xy "
    "xyz shape size sizes label labels logit logits prob probs probability probabilities score scores "
    "count counts offset offsets span spans index indices color colour rgb rank ranks polygon range "
    "ranges sparse children parents date dates time times year years".split()
)


def name_words(name: str) -> set[str]:
    """Return the words of a column's name, and the name as a whole: "textEmbedding" and "text.embedding" have two."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    known = re.sub(r"[\s.\-]+", "_", parted).lower()
    return {known, *re.split(r"[_\d]+", known)} - {""}


def is_usual(name: str) -> bool:
    """Say whether a column's name says that it holds vectors."""
    words = name_words(name)
    return bool(words & USUAL) or any(word.endswith(("embedding", "embeddings", "vector")) for word in words)
