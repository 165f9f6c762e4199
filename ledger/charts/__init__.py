"""Charts as Vega-Lite: values in, a spec out. Nothing is drawn here; ledger.services.drawing does that."""
