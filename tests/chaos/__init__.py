"""Crash tests: real services, real Kafka, real PostgreSQL, killed under load."""
