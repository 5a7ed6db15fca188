"""The running system, as a script finds it: addresses, agents, the outbox, the command line."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from deploy.embedded.idp import fetch_token
from deploy.embedded.services import ROOT, own_environment, service_environment
from deploy.embedded.state import State
from deploy.journey.client import Agent

AGENTS = ("referent-nord", "service_insertion", "chef_de_service")


@dataclass
class Running:
    """The embedded system that `var` describes."""

    state: State
    agents: dict[str, Agent] = field(default_factory=dict)

    @classmethod
    def find(cls, var: Path) -> "Running":
        """Logs the personas in. Raises ConnectionError when nothing runs."""
        state = State.load(var)
        if "contracts" not in state.addresses:
            raise ConnectionError("rien ne tourne : lancez « make up » ou « make demo »")
        issuer = state.addresses["issuer"]
        return cls(state, {name: Agent(fetch_token(issuer, name), state.addresses) for name in AGENTS})

    def agent(self, persona: str, traceparent: str) -> Agent:
        """A persona whose calls belong to this trace."""
        self.agents[persona].traceparent = traceparent
        return self.agents[persona]

    def messages(self, kind: str, to: str) -> list[dict[str, Any]]:
        """Mails or SMS that reached the outbox, newest first."""
        answer = httpx.get(f"{self.state.addresses['outbox']}/api/messages", params={"kind": kind, "to": to})
        found: list[dict[str, Any]] = answer.raise_for_status().json()
        return found

    def attachment(self, message: dict[str, Any], number: int = 0) -> bytes:
        """An attachment's bytes."""
        url = message["attachments"][number]["url"]
        return httpx.get(f"{self.state.addresses['outbox']}{url}").raise_for_status().content

    def cer(self, service: str, *arguments: str, traceparent: str = "") -> "subprocess.CompletedProcess[str]":
        """Runs a command of a service, as an operator would."""
        environment = {
            **own_environment(),
            **service_environment(service, self.state),
            "PATH": os.environ["PATH"],
            "TRACEPARENT": traceparent,
        }
        return subprocess.run(
            [sys.executable, "-m", "cer", service, *arguments],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
