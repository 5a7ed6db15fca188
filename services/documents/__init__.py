"""Documents: the editions of CERs, rendered once and kept."""
