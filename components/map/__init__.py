"""The views of Map."""
