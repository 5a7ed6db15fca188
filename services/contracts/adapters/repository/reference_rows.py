"""Lists, texts and territories as rows, and back."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import RowMapping

from services.contracts.domain.moves import Act
from services.contracts.domain.reference.lists import Entry, Label, ListName, ReferenceList, plain
from services.contracts.domain.reference.territories import Office, Territory
from services.contracts.domain.reference.territories import plain as plain_territory
from services.contracts.domain.reference.texts import DatedText, Family, Wording


def list_of(row: RowMapping, entries: list[Entry]) -> ReferenceList:
    """A list with its entries, in order."""
    return ReferenceList(ListName(row["id"]), tuple(entries), row["version"])


def entries_of(rows: Iterable[RowMapping]) -> dict[str, list[Entry]]:
    """Entries by list, in the order of the rows."""
    found: dict[str, list[Entry]] = {}
    for row in rows:
        labels = tuple(Label(date.fromisoformat(one["since"]), one["label"]) for one in row["labels"])
        entry = Entry(row["code"], labels, row["usable_from"], row["usable_until"], row["rank"], row["used"])
        found.setdefault(row["list"], []).append(entry)
    return found


def entry_row(name: ListName, place: int, entry: Entry) -> dict[str, Any]:
    """An entry at its place in the list."""
    return {
        "list": name.value,
        "code": entry.code,
        "position": place,
        "labels": plain(entry)["labels"],
        "usable_from": entry.usable_from,
        "usable_until": entry.usable_until,
        "rank": entry.rank,
        "used": entry.used,
    }


def texts_of(rows: Iterable[RowMapping]) -> list[DatedText]:
    """Texts with their versions; the rows come by key, then version."""
    found = []
    for key, versions in groupby(rows, key=lambda row: str(row["key"])):
        kept = list(versions)
        wordings = tuple(
            Wording(row["version"], row["effect"], tuple(row["paragraphs"]), Act(row["actor"], row["at"]))
            for row in kept
        )
        found.append(DatedText(Family(kept[0]["family"]), key, wordings))
    return found


def wording_row(text: DatedText) -> dict[str, Any]:
    """The last version of a text."""
    last = text.wordings[-1]
    return {
        "key": text.key,
        "version": last.version,
        "family": text.family.value,
        "effect": last.effect,
        "paragraphs": list(last.paragraphs),
        "actor": last.act.by,
        "at": last.act.at,
    }


def territory_of(row: RowMapping) -> Territory:
    """A territory."""
    offices = tuple(Office(one["name"], tuple(one["address"]), one["telephone"]) for one in row["offices"])
    return Territory(row["id"], row["name"], row["active"], offices, row["version"])


def territory_row(territory: Territory) -> dict[str, Any]:
    """A territory, without its version."""
    return {
        "id": territory.code,
        "name": territory.name,
        "active": territory.active,
        "offices": plain_territory(territory)["offices"],
    }
