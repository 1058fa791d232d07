"""The views of Home."""
