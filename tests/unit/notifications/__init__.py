"""Messages and their templates, in memory."""
