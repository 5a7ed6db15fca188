"""What documents shows: editions, print batches."""
