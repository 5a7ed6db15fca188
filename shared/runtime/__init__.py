"""How a service runs: settings, roles, supervised tasks, health."""
