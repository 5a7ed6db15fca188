"""A colleague who stands in for the référent of the samples."""

from datetime import date
from typing import Any
from uuid import UUID

from shared.events.envelope import Event
from shared.events.replacements import ReplacementChanged

SUBSTITUTE_ID = "agent-tanargue"

REPLACEMENTS: dict[type[Event], dict[str, Any]] = {
    ReplacementChanged: {
        "aggregate_version": 1,
        "replacement_id": UUID("01980000-0000-7000-8000-00000000005b"),
        "absent_id": "agent-mirabel",
        "substitute_id": SUBSTITUTE_ID,
        "first_day": date(2026, 3, 13),
        "last_day": date(2026, 3, 20),
        "ended": False,
    }
}
