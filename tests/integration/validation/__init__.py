"""The study of a CER, on its database."""
