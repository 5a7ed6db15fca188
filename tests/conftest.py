"""Loads the fixtures of `tests/fixtures`."""

pytest_plugins = ["tests.fixtures.backing", "tests.fixtures.databases", "tests.fixtures.smtp", "tests.fixtures.topics"]
