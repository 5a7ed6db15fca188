"""What deploy decides without starting anything."""
