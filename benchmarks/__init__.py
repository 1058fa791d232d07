"""Speed, measured as ratios in one run against a named alternative: `python -m benchmarks`."""
