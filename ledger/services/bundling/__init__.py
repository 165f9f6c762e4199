"""A scorecard's numbers with everything to compute them again elsewhere, in one archive."""
