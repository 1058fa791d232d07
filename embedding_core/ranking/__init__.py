"""Ways to rank items for a query: dense, BM25, hybrid, late interaction, cross-encoder; exact or by an index."""
