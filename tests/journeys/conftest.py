"""The system, started once for all journeys, and what the main job left in it.

`CER_TEST_SYSTEM` (the folder that `make up` keeps its state in) takes a running one instead.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from deploy.embedded.system import Options, down, up
from deploy.journey.__main__ import steps
from deploy.journey.report import Report, Step
from deploy.journey.steps import Journey
from deploy.journey.system import Running
from tests.journeys.callers import Caller, Tokens
from tests.journeys.canaries import CANARIES, TEXTS


@pytest.fixture(scope="session")
def system() -> Iterator[Running]:
    """Everything, as `make up` starts it, on a state of its own."""
    if given := os.environ.get("CER_TEST_SYSTEM"):
        yield Running.find(Path(given))
        return
    # Not under pytest's own folder: another run that begins closes that one to all users but its owner, and PostgreSQL,
    # which is not root's, would lose its files under its feet.
    with TemporaryDirectory(prefix="cer-journeys-", ignore_cleanup_errors=True) as folder:
        up(Options(var=Path(folder), detach=True))
        try:
            yield Running.find(Path(folder))
        finally:
            down(Path(folder))


@dataclass(frozen=True)
class Done:
    """The main job, done: its steps by a word of their name, and its report as a program reads it."""

    journey: Journey
    report: dict[str, Any]

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self.journey.report.folder

    @property
    def running(self) -> Running:
        """The system that it was done on."""
        return self.journey.running

    def step(self, words: str) -> Step:
        """The step whose name holds these words."""
        (found,) = (step for step in self.journey.report.steps if words in step.name)
        return found


@pytest.fixture(scope="session")
def main_job(system: Running) -> Done:
    """One CER from the CAF's file to the decision letter, with a canary in each text that somebody must not read."""
    report = Report(system.state.var / "demo")
    journey = Journey(system, report, texts=TEXTS | CANARIES)
    for name, act in steps(journey):
        with report.step(name) as step:
            act(step)
    return Done(journey, json.loads((report.folder / "report.json").read_text()))


@pytest.fixture(scope="session")
def tokens(system: Running) -> Tokens:
    """The agents' tokens, right and wrong ones."""
    return Tokens(system)


@pytest.fixture(scope="session")
def referent(system: Running, tokens: Tokens) -> Caller:
    """The référent of the north."""
    return Caller(system, tokens.token("referent-nord"))


@pytest.fixture(scope="session")
def insertion(system: Running, tokens: Tokens) -> Caller:
    """The insertion service."""
    return Caller(system, tokens.token("service_insertion"))


@pytest.fixture(scope="session")
def chef(system: Running, tokens: Tokens) -> Caller:
    """The chef de service."""
    return Caller(system, tokens.token("chef_de_service"))
