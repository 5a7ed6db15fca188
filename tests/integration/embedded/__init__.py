"""The embedded system, run for real."""
