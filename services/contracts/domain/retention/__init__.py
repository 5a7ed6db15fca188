"""How long a dossier is kept, and what holds it."""
