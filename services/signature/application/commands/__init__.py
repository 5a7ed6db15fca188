"""What agents, the clock and the worker do to a signature request."""
