"""The page that a visitor sees first."""
