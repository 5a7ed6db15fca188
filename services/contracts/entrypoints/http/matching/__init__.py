"""Manual matching over HTTP."""
