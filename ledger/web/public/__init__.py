"""Public pages, which anyone may read."""
