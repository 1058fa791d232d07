"""The views of Inspect."""
