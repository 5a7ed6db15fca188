"""What agents, files and the clock ask: each loads, calls the domain once, saves and emits."""
