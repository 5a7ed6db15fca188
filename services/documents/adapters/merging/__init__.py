"""Many PDFs into one, in a process of its own; what is accessible stays so."""
