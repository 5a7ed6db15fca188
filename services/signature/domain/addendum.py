"""The addendum: what was kept after an evidence was drawn up, bound to that very evidence."""

import json
from datetime import datetime
from typing import Any

from services.signature.domain.evidence import Contents, since, told_file, told_time
from services.signature.domain.states import Verb
from services.signature.domain.values import Step

FORMAT = "cer-signature-addendum/1"


def later(told: dict[str, Any], steps: list[Step]) -> list[dict[str, Any]]:
    """What the steps tell that the evidence does not: receipts that came late, a voiding."""
    # The seal itself, which always follows, says nothing more.
    return [step for step in since(told, steps) if step["what"] != Verb.SEAL]


def addendum(told: dict[str, Any], completed: Contents, steps: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    """What completes an evidence, drawn up now, as JSON values. `completed` is its signed JSON, byte for byte.

    It tells all that came since, so the newest one is enough.
    """
    return {
        "format": FORMAT,
        "drawn_up_at": told_time(now),
        "signature_id": told["signature_id"],
        "cer": told["cer"],
        "completes": told_file(completed),
        "steps": steps,
    }


def steps_in(signed: bytes) -> list[dict[str, Any]]:
    """What a signed addendum of ours tells."""
    steps: list[dict[str, Any]] = json.loads(signed)["evidence"]["steps"]
    return steps
