"""The whole system at work: every service on real Kafka, PostgreSQL, SMTP and SMS, from one start."""

import pytest

# What they assert is told as in a test.
pytest.register_assert_rewrite("tests.journeys.callers", "tests.journeys.mishaps")
