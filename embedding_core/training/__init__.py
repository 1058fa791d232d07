"""Training: the pocket image encoder and the static token table."""
