"""Web: the only floor that knows Flask and WTForms."""
