"""What every command shares, and the commands that belong to no feature."""
