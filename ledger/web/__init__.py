"""The web layer, the only one that uses Flask and WTForms."""
