"""Pages that a person's own phone is served: French, without script, light, for screen readers too."""
