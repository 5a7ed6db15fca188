"""What differs between two contents of a CER, field by field, in words that are read on the screen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from services.contracts.domain.cers.revisions import LABELS, NOTE_FIELDS, Content
from services.contracts.domain.cers.wording import Segment, compared

Kind = Literal["changed", "added", "removed", "moved"]

TEXTS = frozenset({"situation", "evaluation", "expression", "note", "date_demandee_reason"})
OBJECTIVE_TEXTS = frozenset({"person_does", "referent_does", "label"})
OBJECTIVE_LABELS: Mapping[str, str] = {
    "theme": "thème",
    "person_does": "ce que la personne doit réaliser",
    "referent_does": "ce que le référent doit réaliser",
    "diagnostics": "diagnostics mobilisés",
    "label": "libellé",
    "due": "échéance",
    "done": "faite",
}


@dataclass(frozen=True)
class Difference:
    """One field: its path by ids, its French name, both values, and for a text how one became the other."""

    field: str
    label: str
    kind: Kind
    before: Any
    after: Any
    text: tuple[Segment, ...] = ()


def differences(before: Content, after: Content, *, with_note: bool) -> list[Difference]:
    """All that differs, in the order of the screen; the commentaire's note only for those who may read it."""
    found: list[Difference] = []
    for name, label in LABELS.items():
        if name in NOTE_FIELDS and not with_note:
            continue
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if name == "objectives":
            found += _items("objectives", "Objectif", old or [], new or [])
        else:
            found.append(_changed(name, label, old, new, is_text=name in TEXTS))
    return found


def _changed(path: str, label: str, old: Any, new: Any, *, is_text: bool) -> Difference:
    return Difference(path, label, "changed", old, new, tuple(compared(old or "", new or "")) if is_text else ())


def _items(path: str, noun: str, old: list[Content], new: list[Content]) -> Iterator[Difference]:
    """Objectives, or étapes: told apart by their ids, named by their place."""
    before, after = {str(one["id"]): one for one in old}, {str(one["id"]): one for one in new}
    for place, (item_id, one) in enumerate(before.items(), 1):
        if item_id not in after:
            yield Difference(f"{path}.{item_id}", f"{noun} {place}", "removed", one, None)
    for place, (item_id, one) in enumerate(after.items(), 1):
        if item_id not in before:
            yield Difference(f"{path}.{item_id}", f"{noun} {place}", "added", None, one)
        else:
            yield from _item(f"{path}.{item_id}", f"{noun} {place}", before[item_id], one)
    stayed = [item_id for item_id in before if item_id in after]
    now = [item_id for item_id in after if item_id in before]
    if stayed != now:
        yield Difference(path, f"Ordre : {noun.lower()}s", "moved", stayed, now)


def _item(path: str, name: str, old: Content, new: Content) -> Iterator[Difference]:
    for key, label in OBJECTIVE_LABELS.items():
        if old.get(key) != new.get(key):
            is_text = key in OBJECTIVE_TEXTS
            yield _changed(f"{path}.{key}", f"{name} : {label}", old.get(key), new.get(key), is_text=is_text)
    if old.get("etapes") != new.get("etapes"):
        yield from _items(f"{path}.etapes", f"{name}, étape", old.get("etapes", []), new.get("etapes", []))
