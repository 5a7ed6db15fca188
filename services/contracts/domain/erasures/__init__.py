"""Erasing one person: when it may be done, what is kept of it, who has to answer."""
