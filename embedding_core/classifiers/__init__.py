"""Classifiers of vectors, how they are tested, and what their predictions are worth."""
