"""Yousign's public API, version 3, what is kept of its answers, and the files that it gives back."""
