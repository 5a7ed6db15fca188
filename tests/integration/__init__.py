"""Tests against real PostgreSQL, Kafka, SMTP and object store."""
