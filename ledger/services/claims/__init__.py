"""Commands on claims: recording, amending and ending them, alone or many at once."""
