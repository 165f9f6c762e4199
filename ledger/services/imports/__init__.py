"""Importing claims from files: uploads, the preview, running an import, and undoing it."""
