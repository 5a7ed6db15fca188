"""What the reactions have in common: the CER concerned, who acts, what is superseded."""

from dataclasses import dataclass
from uuid import UUID

from services.contracts.application.commands.loading import party_of
from services.contracts.application.commands.signing import Patience
from services.contracts.application.ports import Stores, StoresOf
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.party import Party
from services.contracts.domain.moves import Act, Move
from services.contracts.domain.snapshots.model import FollowedStudy
from shared.database.unit_of_work import UnitOfWork
from shared.events.envelope import Event
from shared.kernel.clock import Clock
from shared.messaging.endings import Stale
from shared.security.sealing import KeyRing


@dataclass(frozen=True)
class Means:
    """What the reactions need from the composition root."""

    stores_of: StoresOf
    keys: KeyRing
    clock: Clock
    patience: Patience


@dataclass(frozen=True)
class Hearing:
    """One event being heard: its CER, and what can be stored."""

    event: Event
    uow: UnitOfWork
    stores: Stores
    cer: Cer
    act: Act

    async def party(self) -> Party:
        """Who the CER is between."""
        return await party_of(self.stores, await self.stores.dossiers.get(self.cer.dossier_id))

    async def save(self, *told: Event) -> None:
        """Stores the change and tells it."""
        await self.stores.cers.save(self.cer)
        self.uow.emit(*told)

    async def follow(self, heard: FollowedStudy) -> None:
        """Notes the version of the study that was heard: what a republish tells of it."""
        await self.stores.snapshots.follow(self.cer.id, heard)

    async def note(self, verb: str, **details: object) -> None:
        """A line of history for an event that changes nothing."""
        line = Move(verb, self.cer.state, self.cer.state, self.act, {"event": self.event.name(), **details})
        await self.stores.cers.write_line(self.cer, line)

    async def stale_attempt(self, attempt: int) -> Stale:
        """The attempt was superseded, or ended without a signature."""
        await self.note("stale", attempt=attempt)
        return Stale("attempt-over")

    async def stale_submission(self, submission: int) -> Stale:
        """The submission was superseded."""
        await self.note("stale", submission=submission)
        return Stale("submission-over")


async def hear(event: Event, uow: UnitOfWork, means: Means, cer_id: UUID, by: str) -> Hearing:
    """Loads the CER that the event is about. Raises NotFound: the event is parked."""
    stores = means.stores_of(uow.session)
    return Hearing(event, uow, stores, await stores.cers.get(cer_id), Act(by, means.clock.now()))
