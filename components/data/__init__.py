"""The views of Data."""
