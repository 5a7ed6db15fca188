"""Outbox, relay, inbox, parking, work rows: messages that are neither lost nor applied twice."""
