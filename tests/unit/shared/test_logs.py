"""Logs say where something failed, never what somebody wrote."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from pydantic import BaseModel

from shared.telemetry.logs import get_logger, set_up_logs


class Form(BaseModel):
    age: int


def fail() -> None:
    try:
        Form.model_validate({"age": "Mme Canari"})
    except ValueError as error:
        raise KeyError("Mme Canari") from error


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What was logged; the process's own logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    set_up_logs("probe", stream=stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


@pytest.mark.parametrize("library", [False, True])
def test_an_exception_is_logged_with_its_place_and_kinds_but_not_its_words(logged: io.StringIO, library: bool) -> None:
    try:
        fail()
    except KeyError:
        if library:
            logging.getLogger("some.library").exception("it failed")
        else:
            get_logger("probe").exception("probe.failed")
    line = json.loads(logged.getvalue().splitlines()[-1])
    assert line["errors"] == ["KeyError", "ValidationError"]
    assert any("fail" in place for place in line["at"])
    assert "Canari" not in json.dumps(line)


def test_a_line_without_an_exception_has_none(logged: io.StringIO) -> None:
    get_logger("probe").info("probe.done", cer_id="1")
    line = json.loads(logged.getvalue().splitlines()[-1])
    assert (line["event"], line["level"], line["cer_id"]) == ("probe.done", "info", "1")
    assert "errors" not in line
