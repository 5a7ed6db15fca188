"""Reactions, the work of rendering, queries and ports."""
