"""The views of Evaluate."""
