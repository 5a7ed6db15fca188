"""The rules of a signature by SMS, without input or output."""
