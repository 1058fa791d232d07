"""The views of Classify."""
