"""What documents does: makes editions and papers of sessions, puts print batches together."""
