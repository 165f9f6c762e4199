"""The desk: the pages where reviewers and editors work."""
