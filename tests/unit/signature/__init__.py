"""The rules of a signature by SMS, and its seal."""
