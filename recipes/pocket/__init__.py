"""How the pocket image encoder was trained."""
