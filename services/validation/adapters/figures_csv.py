"""Figures as French spreadsheets open them by a double click: UTF-8 with its mark, `;`, decimal comma, all quoted."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.kernel.cells import guarded
from shared.kernel.clock import PARIS

MEDIA_TYPE = "text/csv; charset=utf-8"
_MARK = "\ufeff"

HEADERS: Mapping[str, Mapping[str, str]] = {
    "delays": {
        "state": "État",
        "studies": "Études",
        "median_days": "Délai médian (jours)",
        "p90_days": "Délai au 90e centile (jours)",
    },
    "stock": {
        "state": "État",
        "territory": "Territoire",
        "studies": "Études",
        "late": "En retard",
        "oldest": "La plus ancienne depuis",
    },
    "decisions": {
        "month": "Mois",
        "territory": "Territoire",
        "path": "Voie",
        "commission_kind": "Type de commission",
        "by_delegation": "Par délégation",
        "outcome": "Décision",
        "decisions": "Décisions",
    },
}


def csv_of(table: str, rows: Sequence[Any]) -> bytes:
    """The table with its headers, in lines as RFC 4180 ends and quotes them."""
    headers = HEADERS[table]
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(headers.values())
    writer.writerows([_cell(asdict(row)[name]) for name in headers] for row in rows)
    return (_MARK + written.getvalue()).encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{value.astimezone(PARIS):%d/%m/%Y}"
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return guarded(str(value))
