"""Fuzzing of what reads other people's files: `make fuzz` runs it for as long as it is told to."""
