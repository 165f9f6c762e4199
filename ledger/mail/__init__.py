"""Mail: building a message and sending it are two functions."""
