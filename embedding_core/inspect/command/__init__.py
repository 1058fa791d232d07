"""`inspect`: how a text becomes a vector, what context does, and what a model's patches, tokens and axes show."""

from cyclopts import App

inspect = App(name="inspect", help="Look inside a model: tokens, senses, term weights, axes, patches.")
inspect.command(f"{__name__}.text:text", help="Split a text into tokens, with the share of each in the vector.")
inspect.command(f"{__name__}.word:word", help="Compare a word's vectors in many sentences, static and contextual.")
inspect.command(
    f"{__name__}.match:match", help="Match a query and a document by late interaction: MaxSim, token by token."
)
inspect.command(f"{__name__}.weights:weights", help="Weigh the words of a text by TF-IDF, BM25 and SPLADE.")
inspect.command(f"{__name__}.axis:axis", help="Place the rows on a semantic axis from some words to others.")
inspect.command(f"{__name__}.patches:patches", help="Find a phrase in the patches of an image.")
