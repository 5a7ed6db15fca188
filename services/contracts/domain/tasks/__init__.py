"""What the insertion service was asked to do for a CER."""
