"""Scoring a file of forecasts: any table with probabilities and outcomes, without a database or an account."""
