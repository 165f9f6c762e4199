"""Projection: what an entry does to the tables. They are written here alone, so that a replay rebuilds them."""
