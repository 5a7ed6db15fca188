"""The samples of the audits' heads."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from shared.events import audit
from shared.events.envelope import Event

AUDIT_HEADS: dict[type[Event], dict[str, Any]] = {
    audit.AuditHead: {
        "aggregate_version": 4211,
        "sequence": 4211,
        "hash": hashlib.sha256(b"audit").hexdigest(),
        "at": datetime(2026, 3, 12, 9, 30, 15, 250000, tzinfo=UTC),
    },
}
