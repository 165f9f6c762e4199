"""Typed tables, their columns and constraints, and the database engine."""
