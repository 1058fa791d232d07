"""The views of Train."""
