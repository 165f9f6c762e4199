"""Scoring: how forecasts did, from counts and whole-number sums that never drift."""
