"""Where dossiers are by now, for the services whose rows bear the place that a dossier had when they were made."""
