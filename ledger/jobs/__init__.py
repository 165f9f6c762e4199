"""Background jobs. Each is a function of the context and the time, and the scheduler runs it by its name."""
