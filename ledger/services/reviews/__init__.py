"""Commands on reviews: scheduling, assigning reviewers, assessments and verdicts."""
