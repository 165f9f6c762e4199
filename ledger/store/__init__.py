"""Store: typed tables, the engine, and read queries. Shape and constraints only."""
