"""The small data sets that ship with the app."""
