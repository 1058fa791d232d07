"""Training: the pocket image encoder."""
