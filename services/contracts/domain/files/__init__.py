"""Pièces jointes: the scanned files of a dossier."""
