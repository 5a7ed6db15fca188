"""Legal holds and the archive over HTTP."""
