"""The views of Similarity."""
