"""Use cases: commands, reactions, queries, the sending of one message, and the ports they need."""
