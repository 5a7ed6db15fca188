"""CERs over HTTP."""
