"""Web: the only layer that knows Flask and WTForms."""
