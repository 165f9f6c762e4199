"""Loading the seed articles and the fictional claims of the demonstration."""
