"""What contracts does when another service tells something: one function for each event."""
