"""Vectorscope's engine: embeddings, maps and measures, free of any user interface."""

__version__ = "0.1.0"
