"""What is done with the audit as a whole: its head published, the chain verified, what is old enough pruned."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from shared.audit.chain import AuditFilter, Chain
from shared.audit.entry import Entry, Head, Record
from shared.audit.rules import NoHeadToPruneAt, PrunedTooEarly
from shared.audit.verifier import KEPT_AT_LEAST, Flaw, Verifier
from shared.database.engine import Database
from shared.events.audit import AuditHead
from shared.kernel.clock import Clock

PAGE = 5_000


async def publish_head(database: Database, event: type[AuditHead]) -> Head | None:
    """Tells where the chain stands, by this event, when it grew since it was last told; the head that was told."""
    async with database.begin() as uow:
        audit = Chain(uow.session)
        await audit.append([])  # what a process that died entered and did not chain
        head = await audit.head()
        if head is None or not await audit.publish(head):
            return None
        uow.emit(head.told(event))
        return head


@dataclass(frozen=True)
class Verdict:
    """How the verification ended: the first flaw, or none; how many entries were read, from where, up to where."""

    flaw: Flaw | None
    checked: int
    anchor: Head | None
    head: Head | None


async def verify(database: Database, clock: Clock, held: Sequence[Head]) -> Verdict:
    """Reads the whole chain, page by page, against the heads published here and those that others hold."""
    async with database.read() as session:
        audit = Chain(session)
        await audit.freeze()
        anchor = await audit.anchor()
        verifier = Verifier([*await audit.published(), *held], anchor, clock.now())
        flaw = verifier.begin()
        if flaw is None:
            flaw = await _feed(verifier, audit, anchor.id if anchor else 0)
    return Verdict(flaw or verifier.end(), verifier.checked, anchor, verifier.head)


async def prune(database: Database, clock: Clock, older_than: timedelta) -> tuple[Head, int]:
    """Deletes the entries up to the last head published before that age; where that is, and how many went.

    The anchor stays, so that the rest is verified from there. Raises PrunedTooEarly, NoHeadToPruneAt.
    """
    if older_than < KEPT_AT_LEAST:
        raise PrunedTooEarly("Les consultations se conservent au moins six mois : demandez une durée plus longue.")
    now = clock.now()
    async with database.begin() as uow:
        audit = Chain(uow.session)
        old = [head for head in await audit.published() if head.at < now - older_than]
        if not old:
            raise NoHeadToPruneAt("Aucune entrée publiée n'est assez ancienne : il n'y a rien à élaguer.")
        uow.at_last(lambda: audit.append([Record(now, "cli", "admin", "prune-audit", "ok")]))
    gone = 0
    while True:
        async with database.begin() as uow:
            some = await Chain(uow.session).prune(old[-1], now, PAGE)
        gone += some
        if not some:
            return old[-1], gone


async def _feed(verifier: Verifier, audit: Chain, after: int) -> Flaw | None:
    async for entry in _entries(audit, after):
        if flaw := verifier.feed(entry):
            return flaw
    return None


async def _entries(audit: Chain, after: int) -> AsyncIterator[Entry]:
    while page := await audit.page(AuditFilter(), after, PAGE):
        for entry in page:
            yield entry
        after = page[-1].id
