"""Forecasts in a file, scored: no database, no account, any table that has a probability and an outcome."""
