"""What the samples of a study's events say beside what all of them say."""

from datetime import UTC, datetime
from typing import Any

AGEING: dict[str, Any] = {
    "state": "attente_decision",
    "since": datetime(2026, 3, 13, 8, 0, tzinfo=UTC),
    "priority": "normale",
    "threshold_days": 15,
    "in_charge": None,
}
