"""The study of a CER, in memory."""
