"""Signature requests on their database."""
