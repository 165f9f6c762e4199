"""Journal: typed entries, posting them, replaying them, and the tree that proves them."""
