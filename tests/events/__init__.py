"""What the registry of events promises to those who consume them."""
