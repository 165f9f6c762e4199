"""Jobs: names for one-step functions that take now; the scheduler only rings them."""
