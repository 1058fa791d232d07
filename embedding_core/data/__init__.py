"""Data sets: reading files, samples, health, export."""
