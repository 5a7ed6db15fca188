"""The audit over HTTP: the gate that no answer passes without its entry, and what the admin reads."""
