"""What is kept no longer: listed first, then archived or erased, each person in a transaction of their own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from services.contracts.application.commands.erasures import Wish, erase, shut
from services.contracts.application.commands.loading import Desk, refuse_stale
from services.contracts.application.ports import StoresOf
from services.contracts.domain.erasures.model import Ground
from services.contracts.domain.retention.model import Candidate, Hold, Policy, Then
from services.contracts.domain.retention.rules import AlreadyHeld, NotArchived, NotHeld
from shared.database.engine import Database
from shared.kernel.clock import Clock
from shared.kernel.errors import Refusal

BATCH = 500


@dataclass(frozen=True)
class Keeper:
    """Applies the policy. `by` stands in the ledger."""

    database: Database
    stores_of: StoresOf
    clock: Clock
    policy: Policy
    by: str = "service:retention"

    async def candidates(self) -> AsyncIterator[Candidate]:
        """Whose time is over: in the archive first, then in the active base. Changes nothing."""
        now, policy = self.clock.now(), self.policy
        for archived in (True, False):
            after: UUID | None = None
            while True:
                async with self.database.read() as session:
                    archive = self.stores_of(session).archive
                    if archived:
                        page = await archive.over(now, after, BATCH)
                    else:
                        page = await archive.due(policy.active_since(now), now, policy.then, after, BATCH)
                for one in page:
                    yield one
                if len(page) < BATCH:
                    break
                after = page[-1].dossier_id

    async def matchings(self, *, apply: bool) -> int:
        """Persons to be told apart, or told apart, whom no file names any more: how many, forgotten if asked for.

        Who has a dossier keeps it; the next file that names one of the others asks anew.
        """
        async with self.database.begin() as uow:
            matchings, since = self.stores_of(uow.session).matchings, self.policy.active_since(self.clock.now())
            return await (matchings.forget_unseen(since) if apply else matchings.unseen(since))

    async def apply(self, one: Candidate) -> Refusal | None:
        """Archives or erases one person; the refusal when something holds them by now, and nothing changed."""
        try:
            async with self.database.begin() as uow:
                stores, now = self.stores_of(uow.session), self.clock.now()
                if one.then is Then.ERASE:
                    ground = Ground.ARCHIVE_TERM if one.archived else Ground.RETENTION
                    await erase(uow, stores, self.clock, Wish(one.dossier_id, ground, self.by, one.version))
                    return None
                await shut(stores, one.dossier_id)
                await stores.archive.put(one.dossier_id, self.by, now, self.policy.keep_until(now))
        except Refusal as refusal:
            return refusal
        return None


async def hold(desk: Desk, dossier_id: UUID, reason: str) -> list[Hold]:
    """Keeps a dossier whatever its age: a dispute, an audit. Raises NotFound, AlreadyHeld."""
    await desk.stores.dossiers.get(dossier_id, locked=True, archived=True)
    if not await desk.stores.holds.put(dossier_id, reason, desk.agent.subject, desk.clock.now()):
        raise AlreadyHeld("Ce dossier est déjà sous conservation obligatoire : levez-la d'abord pour changer le motif.")
    return await desk.stores.holds.of_dossier(dossier_id)


async def lift(desk: Desk, dossier_id: UUID, seen: int) -> list[Hold]:
    """Lifts the legal hold; it stays on the record. `seen`: how many holds there were, lifted ones too.

    Raises NotFound, RaceLost, NotHeld.
    """
    await desk.stores.dossiers.get(dossier_id, locked=True, archived=True)
    refuse_stale(seen, len(await desk.stores.holds.of_dossier(dossier_id)))
    if not await desk.stores.holds.lift(dossier_id, desk.agent.subject, desk.clock.now()):
        raise NotHeld("Ce dossier n'est sous aucune conservation obligatoire.")
    return await desk.stores.holds.of_dossier(dossier_id)


async def restore(desk: Desk, dossier_id: UUID, reason: str) -> None:
    """Moves an archived dossier back to the active base. Raises NotFound, NotArchived."""
    await desk.stores.dossiers.get(dossier_id, locked=True, archived=True)
    if not await desk.stores.archive.take_out(dossier_id, reason, desk.agent.subject, desk.clock.now()):
        raise NotArchived("Ce dossier est dans la base active.")
