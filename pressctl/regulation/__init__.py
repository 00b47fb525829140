"""The law as shipped: data with citations, and a strict loader."""
