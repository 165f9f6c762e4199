"""Charts as Vega-Lite: values in, a spec out. Drawing is done in a process of its own, by render_process."""
