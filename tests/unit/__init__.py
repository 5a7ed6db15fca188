"""Pure tests: no input or output."""
