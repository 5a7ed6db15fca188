"""The reference of the settings, written from what the services declare."""
