"""The rules of the record in plain Python, without I/O, clock or framework."""
