"""Exports: what can be downloaded. Claims and calls as CSV, and the bundle that recomputes a scorecard."""
