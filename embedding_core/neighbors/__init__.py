"""Graphs of k nearest neighbors."""
