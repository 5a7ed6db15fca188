"""What the design promises of the code: rooms, sizes, independence."""
