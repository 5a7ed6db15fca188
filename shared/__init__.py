"""What at least two services need. Decides nothing, and imports no service."""
