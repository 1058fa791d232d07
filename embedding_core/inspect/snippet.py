"""Code for each view of Inspect."""

from embedding_core.base.snippet import opening
from embedding_core.base.types import Key

_Ends = tuple[tuple[str, ...], tuple[str, ...]]


def reading(encoder: str, text: str) -> str:
    """Return code that defines `found`, the tokens of a text, and `pooled`, and prints what each token adds."""
    return f"""\
from embedding_core import encoders
from embedding_core.inspect import compare_poolings

encoder = encoders.load(encoders.resolve({encoder!r}))
found = encoder.read({text!r})
pooled = compare_poolings(found.vectors)
for piece, number, share in zip(found.pieces, found.ids, pooled.shares, strict=True):
    print(f"{{share:7.1%}}  {{number:6}}  {{piece}}")
print(found.left_out, "tokens were not read")
"""


def contexts(encoders: tuple[str, ...], word: str, texts: tuple[str, ...], senses: tuple[str, ...]) -> str:
    """Return code that defines, by encoder, `layers` (layers + 1, texts, dim) and `apart`, a `Separation` per layer."""
    lines = "\n".join(f"    {pair!r}," for pair in zip(texts, senses, strict=True))
    return f"""\
import numpy as np

from embedding_core import encoders
from embedding_core.inspect import find_word, separate, word_layers

word = {word!r}
sentences = [
{lines}
]
texts, senses = zip(*sentences)
layers, apart = {{}}, {{}}
for name in {encoders!r}:
    encoder = encoders.load(encoders.resolve(name))
    read = [word_layers(encoder.read(texts[at.text]), at.start, at.stop) for at in find_word(texts, word)]
    layers[name] = np.stack(read, axis=1)
    apart[name] = [separate(vectors, senses) for vectors in layers[name]]
    for layer, found in enumerate(apart[name]):
        print(name, layer, found)
"""


def interaction(encoder: str, query: str, document: str) -> str:
    """Return code that defines `found` and prints the best match of each token of the query."""
    return f"""\
from embedding_core.encoders.text import multi_vector
from embedding_core.inspect import interact

reader = multi_vector.load(multi_vector.resolve({encoder!r}))
query = reader.read({query!r}, query=True)
document = reader.read({document!r}, query=False)
found = interact(query.pieces, query.vectors, document.pieces, document.vectors)
for piece, best, cosine in zip(found.query, found.best, found.similarities, strict=True):
    print(f"{{cosine:.3f}}  {{piece}}  {{found.document[best]}}")
print("MaxSim", found.max_sim)
"""


def words(dataset: Key, text: str) -> str:
    """Return code that defines `found`, the words of a text with their TF-IDF and BM25 weights."""
    return f"""\
from embedding_core.engine import Engine, open_store
from embedding_core.inspect import count_words, weigh_words

dataset = Engine(open_store()).dataset({dataset!r})
found = weigh_words({text!r}, count_words(dataset.texts))
for one in found:
    print(f"{{one.tf_idf:.3f}}  {{one.bm25:.3f}}  {{one.rows:5}}  {{one.word}}")
"""


def axes(dataset: Key, encoder: str, ends: tuple[_Ends, ...]) -> str:
    """Return code that defines `places`, (n,) for each axis, and prints the items at its ends."""
    pairs = "\n".join(f"    {pair!r}," for pair in ends)
    return f"""\
{opening(dataset, encoder)}
from embedding_core.inspect import span, spread_along
from embedding_core.encoders.stages import EncodeQueries

places = []
for low, high in [
{pairs}
]:
    words = engine.make(EncodeQueries((*low, *high), space))
    axis = span(words[: len(low)], words[len(low) :])
    places.append(axis.place(vectors))
    order = places[-1].argsort(kind="stable")
    print(axis.held_out, spread_along(axis, vectors))
    print([dataset.titles[row] for row in order[:5]], [dataset.titles[row] for row in order[:-6:-1]])
"""
