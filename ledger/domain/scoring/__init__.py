"""Scoring of forecasts, from counts and whole-number sums, which have no rounding errors."""
