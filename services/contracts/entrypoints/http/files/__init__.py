"""Pièces jointes over HTTP."""
