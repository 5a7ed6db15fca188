"""Use cases: load, call the domain once, save, emit."""
