"""Importing claims from files: uploading, checking, carrying out and undoing."""
