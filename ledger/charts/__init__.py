"""Charts as Vega-Lite specs, and their rendering in a process of its own."""
