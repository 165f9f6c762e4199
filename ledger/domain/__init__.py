"""Domain: the rules of the record in plain Python. No I/O, no clock, no framework."""
