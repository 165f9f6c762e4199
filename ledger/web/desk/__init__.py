"""The desk: where reviewers and editors work."""
