"""Duplicates over HTTP."""
