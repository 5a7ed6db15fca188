"""Forgeries of a signed PDF, made with the same luck for the same seed."""
