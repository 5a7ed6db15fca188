"""Whose account is closed: followed by every service, so that a token that is still valid opens nothing."""
