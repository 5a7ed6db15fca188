"""Loads the fixtures of `tests/fixtures`; what a service logs in a test is plain."""

import structlog

pytest_plugins = [
    "tests.fixtures.backing",
    "tests.fixtures.databases",
    "tests.fixtures.s3",
    "tests.fixtures.smtp",
    "tests.fixtures.topics",
]

# Left to itself it draws each traceback with the values of all variables: seconds for each, and whole minutes for a
# background task that fails over and over.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)
