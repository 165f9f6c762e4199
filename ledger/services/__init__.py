"""Services: one use case a function. Session, clock and actor come in."""
