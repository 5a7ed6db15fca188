"""What a CER held at each of its changes, and what differs between two of them, within what the reader may see."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from services.contracts.application.commands.cers import Input
from services.contracts.application.ports import Stores
from services.contracts.application.queries.cers import CerRead, read
from services.contracts.domain.cers.accord import BY_TICK
from services.contracts.domain.cers.dates import with_defaults
from services.contracts.domain.cers.differences import Difference, differences
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.revisions import (
    LABELS,
    NOTE_FIELDS,
    Content,
    Revision,
    content_at,
    last_touched,
)
from services.contracts.domain.rights import READS_NOTE, check
from shared.security.principal import Principal


async def revisions(stores: Stores, agent: Principal, cer_id: UUID) -> list[Revision]:
    """Every change of what agents wrote, oldest first. Raises NotFound, Forbidden."""
    found = await stores.cers.get(cer_id)
    await stores.dossiers.get(found.dossier_id, judged=partial(check, agent, "read-revisions"))
    return await stores.cers.revisions(cer_id)


async def content(stores: Stores, agent: Principal, cer_id: UUID, version: int) -> Content:
    """What the CER held at this version. Raises NotFound, Forbidden."""
    held = content_at(await revisions(stores, agent, cer_id), version)
    return _within_sight(held, agent)


async def difference(stores: Stores, agent: Principal, cer_id: UUID, before: int, after: int) -> list[Difference]:
    """What differs between two versions. Raises NotFound, Forbidden."""
    kept = await revisions(stores, agent, cer_id)
    old = _within_sight(content_at(kept, before), agent)
    new = _within_sight(content_at(kept, after), agent)
    return differences(old, new, with_note=True)


@dataclass(frozen=True)
class Disagreement:
    """One field that another change touched, or that was sent with another value than the one kept.

    `base` is the value at the version that the sender had, where they could read it; `changed` the last change of it
    since, if any.
    """

    field: str
    label: str
    base: Any
    kept: Any
    sent: Any
    was_sent: bool
    changed: Revision | None


@dataclass(frozen=True)
class Conflict:
    """Both versions of a CER: the one kept, and what was sent over another."""

    kept: CerRead
    disagreements: list[Disagreement]


async def conflict(stores: Stores, agent: Principal, cer_id: UUID, seen: int, sent: Input | None) -> Conflict:
    """What to merge, after a change that started from version `seen` came too late. Raises NotFound."""
    found = await stores.cers.get(cer_id)
    home = await stores.dossiers.get(found.dossier_id, judged=partial(check, agent, "read-cer"))
    kept = await read(stores, agent, found, home)
    changes = await stores.cers.revisions(cer_id)
    if not kept.sight.texts or not changes:
        return Conflict(kept, [])
    base = _within_sight(content_at(changes, seen), agent) if changes[0].version <= seen else {}
    now = _within_sight(content_at(changes, kept.cer.version), agent)
    mine = _content_sent(sent, kept.cer) if sent is not None else {}
    touched = last_touched(changes, seen)
    return Conflict(
        kept,
        [
            Disagreement(name, label, base.get(name), now.get(name), mine.get(name), name in mine, touched.get(name))
            for name, label in LABELS.items()
            if (kept.sight.note or name not in NOTE_FIELDS)
            and (name in touched or (name in mine and mine[name] != now.get(name)))
        ],
    )


def _content_sent(sent: Input, kept: Cer) -> Content:
    """What was sent, as it would have been stored; an answer of the check-box that repeats the one kept is none."""
    written = sent.written(kept.draft.numero, kept.draft.objectives)
    content: Content = with_defaults(written.draft).model_dump(mode="json")
    if written.tick.value != kept.accord.value_shown:
        content["accord"] = BY_TICK[written.tick].value
    if written.note is not None:
        content["note"] = written.note
    return content


def _within_sight(held: Content, agent: Principal) -> Content:
    """Without the note, for those who did not write it: each note has its own author."""
    if agent.role in READS_NOTE or held.get("note_author_id") == agent.subject:
        return held
    return {name: value for name, value in held.items() if name not in NOTE_FIELDS}
