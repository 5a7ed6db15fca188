"""Tokens, roles, sealed blocks."""
