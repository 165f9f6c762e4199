"""Projection: writing entries onto tables. Only this package writes the projected tables, so a replay rebuilds them."""
