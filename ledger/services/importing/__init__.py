"""Importing claims from files: reading them, planning what becomes of each row, carrying it out, and undoing it."""
