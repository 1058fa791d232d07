"""The views of Search."""
