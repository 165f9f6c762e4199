"""Scoring a file of forecasts: no database and no account, any table with a probability and an outcome."""
