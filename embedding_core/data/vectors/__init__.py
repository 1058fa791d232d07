"""Ready-made vectors in files."""
