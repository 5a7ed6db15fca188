"""Scanned files: what they really are, kept where, scanned by what."""
