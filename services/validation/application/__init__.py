"""Use cases: commands, reactions, queries, and the ports they need."""
