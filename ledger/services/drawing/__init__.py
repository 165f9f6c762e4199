"""Charts drawn: asked for by pages, drawn by a job, kept in the database by the hash of what was asked."""
