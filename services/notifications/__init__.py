"""Messages to persons and référents: one trigger for each, sent once, and what became of it."""
