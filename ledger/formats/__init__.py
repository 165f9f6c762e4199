"""Formats: the files and feeds that people send and take, read and written."""
