"""Exports for download: claims and calls as CSV, and the bundle that recomputes a scorecard."""
