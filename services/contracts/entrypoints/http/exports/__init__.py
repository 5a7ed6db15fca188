"""Exports over HTTP: CSV, XLSX, and JSON page by page."""
