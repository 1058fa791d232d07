"""Inspection of models: tokens and pooling, words in context, late interaction, word weights, axes, patches."""

from embedding_core.inspect.axes import AxisVariance, SemanticAxis, span, spread_along
from embedding_core.inspect.contexts import (
    MOST_SENTENCES,
    Occurrence,
    Separation,
    excerpt,
    find_word,
    flatten,
    separate,
    spread,
    word_layers,
)
from embedding_core.inspect.interaction import Interaction, PictureInteraction, interact
from embedding_core.inspect.patches import PhraseMap, find_phrase
from embedding_core.inspect.pooling import CLOSE, Pooled, PoolingMethod, compare_poolings, pool
from embedding_core.inspect.sentences import EXAMPLES, read_senses, read_sentences
from embedding_core.inspect.words import WordCounts, WordWeight, agreement, count_words, weigh_words

__all__ = [
    "CLOSE",
    "EXAMPLES",
    "MOST_SENTENCES",
    "AxisVariance",
    "Interaction",
    "Occurrence",
    "PhraseMap",
    "PictureInteraction",
    "Pooled",
    "PoolingMethod",
    "SemanticAxis",
    "Separation",
    "WordCounts",
    "WordWeight",
    "agreement",
    "compare_poolings",
    "count_words",
    "excerpt",
    "find_phrase",
    "find_word",
    "flatten",
    "interact",
    "pool",
    "read_senses",
    "read_sentences",
    "separate",
    "span",
    "spread",
    "spread_along",
    "weigh_words",
    "word_layers",
]
