"""What documents does: makes editions, puts print batches together."""
