"""Mail: its kinds, building a message from templates, and sending it."""
