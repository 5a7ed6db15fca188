"""What the service does: commands, reactions to events, queries, and the ports to the outside."""
