"""Counts that stop at a limit: what is used of a day, by scope and key."""
