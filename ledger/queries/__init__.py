"""What pages show: frozen values read from the tables, the same for HTML and for JSON."""
