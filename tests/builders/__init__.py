"""Made-up people and things for tests."""
