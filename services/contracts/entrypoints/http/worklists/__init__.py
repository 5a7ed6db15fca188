"""Lists of CERs over HTTP."""
