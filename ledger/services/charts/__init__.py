"""Commands on charts: asking for a drawing, and drawing what was asked for."""
