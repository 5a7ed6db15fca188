"""Signature by SMS: requests, one-time codes, seal and evidence."""
