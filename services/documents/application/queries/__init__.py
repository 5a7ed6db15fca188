"""What documents shows: editions, papers of sessions, print batches."""
