"""Logs: one JSON object a line, with the trace they belong to."""

import logging
import sys
import traceback
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.telemetry.traces import current_trace_id


def _add_trace(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if trace_id := current_trace_id():
        event["trace_id"] = trace_id
    return event


def _exception_without_words(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Where it failed and with what kinds of errors, but not their messages: those repeat what was sent or stored."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found if isinstance(found, BaseException) else sys.exc_info()[1]
    if not found or error is None:
        return event
    frames = traceback.extract_tb(error.__traceback__)
    event["at"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    chain: list[str] = []
    while error is not None and len(chain) < 5:
        chain.append(type(error).__name__)
        error = error.__cause__ or error.__context__
    event["errors"] = chain
    return event


def set_up_logs(service: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Sends our logs and those of the libraries to standard output (or `stream`) as JSON."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _exception_without_words,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    structlog.contextvars.bind_contextvars(service=service)
    # Their bodies and addresses are not ours to log; errors still come through.
    for noisy in (
        "uvicorn.access",
        "aiokafka",
        "faststream",
        "httpx",
        "weasyprint",
        "fontTools",
        "pyhanko",
        "mail.log",
    ):
        logging.getLogger(noisy).setLevel(logging.ERROR)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for a module; pass ids, states and types as keyword arguments."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
