"""Takes in the foyers of a flow: idempotent, in batches, each one transaction; what is refused stops nothing else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from services.contracts.application.commands.matching import remember
from services.contracts.application.commands.territories import refuse_unknown
from services.contracts.application.ports import Stores, StoresOf
from services.contracts.domain.dossiers.history import FLOW
from services.contracts.domain.dossiers.household import Household, Match, match
from services.contracts.domain.dossiers.matching import Matching, MatchingState, may_be
from services.contracts.domain.dossiers.model import UNASSIGNED_TERRITORY, Dossier
from services.contracts.domain.imports.flow import BrokenFlow, FlowFacts, ReadFoyer, ReadPerson, Refused, Report
from services.contracts.domain.moves import Act
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import Clock
from shared.kernel.errors import RaceLost
from shared.kernel.ids import new_id

BATCH = 200
# An agent who completes contact data meanwhile wins; the batch is then done again from the top.
RACE_TRIES = 5

_SET_ASIDE = "Un agent a mis cette personne de côté : son dossier n'est ni créé ni modifié."
_AMBIGUOUS = "Cette personne ressemble à une autre du foyer : rapprochement manuel."


@dataclass(frozen=True)
class Importer:
    """Applies a flow. `territory` is given to new dossiers, and to known ones that have none yet."""

    database: Database
    stores_of: StoresOf
    clock: Clock
    territory: str | None = None
    told: Callable[[Report], None] = lambda _: None

    async def run(self, flow: Iterator[ReadFoyer | Refused], facts: FlowFacts | None = None) -> Report:
        """Applies what can be; says what was done. What came before a break in the file is applied.

        `facts` are those that the reader of the flow fills in meanwhile; `told` is called after each batch.
        Raises UnknownTerritory, InactiveTerritory.
        """
        await refuse_unknown(self.database, self.stores_of, self.territory)
        report = Report(facts=facts or FlowFacts())
        for batch in _batches(flow, report):
            await self._apply(batch, report)
            self.told(report)
        return report

    async def _apply(self, batch: list[ReadFoyer], report: Report) -> None:
        for attempt in range(1, RACE_TRIES + 1):
            taken = _Taken()
            try:
                async with self.database.begin() as uow:
                    await self._take(batch, taken, uow)
            except (RaceLost, IntegrityError):
                if attempt == RACE_TRIES:
                    raise
                continue
            taken.count_in(report, batch)
            return

    async def _take(self, batch: list[ReadFoyer], taken: "_Taken", uow: UnitOfWork) -> None:
        stores = self.stores_of(uow.session)
        known = await stores.dossiers.of_households([foyer.household for foyer in batch])
        for foyer in batch:
            self._take_foyer(foyer, known[foyer.household], taken, uow)
        await self._match(stores, known, taken, uow)
        await _store(stores, taken, self.clock.now())

    async def _match(
        self, stores: Stores, known: Mapping[Household, list[Dossier]], taken: "_Taken", uow: UnitOfWork
    ) -> None:
        """What no rule tells apart waits for an agent, or is applied as one decided."""
        for one in await remember(stores, taken.ambiguous):
            dossier = next((it for it in known[one.household] if it.id == one.dossier_id), None)
            if one.state is MatchingState.SAME and dossier is not None:
                told = dossier.apply_flow(one.person, self.territory, self._act())
                uow.emit(*told)
                (taken.changed if told else taken.unchanged).append(dossier)
            elif one.state is MatchingState.IGNORED:
                taken.refused.append(Refused(one.line, "set-aside", _SET_ASIDE))
            else:
                taken.refused.append(Refused(one.line, "ambiguous", _AMBIGUOUS))

    def _act(self) -> Act:
        return Act(FLOW, self.clock.now())

    def _ambiguous(self, foyer: ReadFoyer, read: ReadPerson, dossiers: Sequence[Dossier], taken: "_Taken") -> Matching:
        key = read.person.key
        rank = sum(one.household == foyer.household and one.person.key == key for one in taken.ambiguous)
        candidates = [one for one in dossiers if one.id in may_be(read.person, dossiers)]
        territory = candidates[0].territory if candidates else self.territory or UNASSIGNED_TERRITORY
        ids, now = tuple(one.id for one in candidates), self.clock.now()
        return Matching(foyer.household, read.person, rank, ids, territory, FLOW, read.line, now, now)

    def _take_foyer(self, foyer: ReadFoyer, dossiers: list[Dossier], taken: "_Taken", uow: UnitOfWork) -> None:
        known = {one.person.key: one for one in dossiers}
        matches = match([read.person for read in foyer.persons], known)
        for read, found in zip(foyer.persons, matches, strict=True):
            if found is Match.AMBIGUOUS:
                taken.ambiguous.append(self._ambiguous(foyer, read, dossiers, taken))
            elif found is Match.NEW:
                dossier, registered = Dossier.register(
                    new_id(), foyer.household, read.person, self.territory, self.clock.now()
                )
                taken.created.append(dossier)
                uow.emit(registered)
            else:
                dossier = known[read.person.key]
                told = dossier.apply_flow(read.person, self.territory, self._act())
                uow.emit(*told)
                (taken.changed if told else taken.unchanged).append(dossier)


@dataclass
class _Taken:
    """What one try of a batch did; counted only once it is committed."""

    created: list[Dossier] = field(default_factory=list)
    changed: list[Dossier] = field(default_factory=list)
    unchanged: list[Dossier] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    ambiguous: list[Matching] = field(default_factory=list)

    def count_in(self, report: Report, batch: list[ReadFoyer]) -> None:
        report.foyers += len(batch)
        report.others += sum(foyer.others for foyer in batch)
        report.created += len(self.created)
        report.changed += len(self.changed)
        report.unchanged += len(self.unchanged)
        report.refused.extend(self.refused)


async def _store(stores: Stores, taken: _Taken, at: datetime) -> None:
    await stores.dossiers.add(taken.created)
    for dossier in taken.changed:
        await stores.dossiers.save(dossier)
    # Who may be one of several is named as well: nobody of them is to be archived meanwhile.
    maybe = {one for matching in taken.ambiguous for one in matching.candidates}
    await stores.dossiers.seen(maybe | {one.merged_into or one.id for one in taken.unchanged}, at)


def _batches(flow: Iterator[ReadFoyer | Refused], report: Report) -> Iterator[list[ReadFoyer]]:
    """Foyers by batches in which no household comes twice, so that each person changes once for each version."""
    batch: dict[Household, ReadFoyer] = {}
    try:
        for part in flow:
            if isinstance(part, Refused):
                report.refused.append(part)
                continue
            if part.household in batch or len(batch) == BATCH:
                yield list(batch.values())
                batch = {}
            batch[part.household] = part
    except BrokenFlow as broken:
        report.interrupted = broken.refused
    if batch:
        yield list(batch.values())
