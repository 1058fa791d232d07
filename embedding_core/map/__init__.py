"""The map of a data set."""
