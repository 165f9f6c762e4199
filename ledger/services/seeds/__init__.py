"""Loading the seed articles and the made-up claims of the demonstration."""
