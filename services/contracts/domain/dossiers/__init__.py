"""The dossier: the person, their household, how to reach them."""
