"""The views of Compress."""
