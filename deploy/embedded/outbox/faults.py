"""Failures that tests and demonstrations can ask the providers for."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Fault = Literal["ok", "refuse", "timeout", "accept-then-drop"]


class Faults(BaseModel):
    """How the next messages are treated, until changed.

    `refuse`: an error answer, nothing kept. `timeout`: no answer and nothing kept. `accept-then-drop`: the message is
    delivered, and the connection is closed before the sender learns it.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    sms: Fault = "ok"
    mail: Fault = "ok"
