"""The views of Trust."""
