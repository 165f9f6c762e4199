"""Commands on reviews: when a claim is judged, by whom, and the verdict."""
