"""What agents were asked to do or to read, over HTTP."""
