"""What is promised of the code: rooms, sizes, independence."""
