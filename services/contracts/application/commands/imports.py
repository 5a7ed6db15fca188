"""Takes in the foyers of a flow: idempotent, in batches, each one transaction; what is refused stops nothing else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.contracts.application.commands.loading import remaining
from services.contracts.application.commands.matching import placed, remember
from services.contracts.application.commands.territories import refuse_unknown
from services.contracts.application.ports import Stores, StoresOf
from services.contracts.domain.dossiers.history import FLOW
from services.contracts.domain.dossiers.household import Household, Match
from services.contracts.domain.dossiers.identifying import ByHand, Found, Named, identify
from services.contracts.domain.dossiers.matching import Matching, MatchingState
from services.contracts.domain.dossiers.merged import Remaining
from services.contracts.domain.dossiers.model import UNASSIGNED_TERRITORY, Dossier
from services.contracts.domain.dossiers.nir import NirHash
from services.contracts.domain.imports.finding import set_aside, told_apart, told_of_merged, told_twice
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

_CORRECTED = "Un agent a corrigé cette donnée : elle reste, le fichier en dit une autre."


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
        report, met = Report(facts=facts or FlowFacts()), set[UUID]()
        for batch in _batches(flow, report):
            await self._apply(batch, report, met)
            self.told(report)
        return report

    async def _apply(self, batch: list[ReadFoyer], report: Report, met: set[UUID]) -> None:
        for attempt in range(1, RACE_TRIES + 1):
            taken = _Taken(met)
            try:
                async with self.database.begin() as uow:
                    await self._take(batch, taken, uow)
            except (RaceLost, IntegrityError):
                if attempt == RACE_TRIES:
                    raise
                continue
            taken.count_in(report, batch)
            met |= taken.merging
            return

    async def _take(self, batch: list[ReadFoyer], taken: "_Taken", uow: UnitOfWork) -> None:
        stores = self.stores_of(uow.session)
        known = await stores.dossiers.of_households([foyer.household for foyer in batch])
        owners = await stores.dossiers.of_nirs([read.nir for foyer in batch for read in foyer.persons if read.nir])
        taken.remain = await remaining(stores, (one for dossiers in known.values() for one in dossiers))
        await stores.dossiers.recall_corrections(list(taken.remain.by_id.values()))
        taken.by_hand = await stores.dossiers.made_by_hand(one.person.key for foyer in batch for one in foyer.persons)
        for foyer in batch:
            self._take_foyer(foyer, known[foyer.household], owners, taken, uow)
        known_here = {one.id for one in (*taken.changed, *taken.unchanged)}
        taken.merging = await stores.dossiers.absorbing(known_here) if known_here else set()
        for read, found in taken.absorbed:
            self._apply_known(found, read, taken, uow)
        await self._match(stores, known, taken, uow)
        await _store(stores, taken, self.clock.now())

    async def _match(
        self, stores: Stores, known: Mapping[Household, list[Dossier]], taken: "_Taken", uow: UnitOfWork
    ) -> None:
        """What no rule tells apart waits for an agent, or is applied as one decided."""
        # Who has a dossier in another household alone, or one without a matricule: where that one is followed.
        await placed(stores, [one.matching for one in taken.ambiguous if one.found.elsewhere], taken.created)
        remembered = await remember(stores, [one.matching for one in taken.ambiguous])
        for one, puzzle in zip(remembered, taken.ambiguous, strict=True):
            found = next((it for it in known[one.household] if it.current_id == one.dossier_id), None)
            if one.state is MatchingState.SAME and found is not None:
                self._apply_known(found, puzzle.read, taken, uow)
            elif one.state is MatchingState.IGNORED:
                taken.refused.append(set_aside(one.line))
            else:
                taken.refused.append(puzzle.refusal)

    def _apply_known(self, found: Dossier, read: ReadPerson, taken: "_Taken", uow: UnitOfWork) -> None:
        """Once for each version; what is said of a dossier that was absorbed, to the one that remains, but for names.

        Its own household goes before, then whatever named it first in this flow: it does not change to and fro.
        """
        dossier = taken.remain.of(found)
        merged = dossier is not found
        if dossier.id in taken.touched or (merged and dossier.id in taken.met):
            taken.kept.append(told_twice(read.line))
            taken.unchanged.append(dossier)
            return
        if merged:
            taken.kept.append(told_of_merged(read.line))
            taken.merging.add(dossier.id)
            read = replace(read, person=read.person.named_as(dossier.person))
        self._apply_flow(dossier, read, taken, uow)
        taken.keep_nir(dossier, read)

    def _apply_flow(self, dossier: Dossier, read: ReadPerson, taken: "_Taken", uow: UnitOfWork) -> None:
        stands = dossier.stands_against(read.person)
        taken.kept += [Refused(read.line, "corrected-here", _CORRECTED, name) for name in stands]
        told = dossier.apply_flow(read.person, self.territory, Act(FLOW, self.clock.now()))
        uow.emit(*told)
        (taken.changed if told else taken.unchanged).append(dossier)

    def _ambiguous(
        self, foyer: ReadFoyer, read: ReadPerson, found: Found, dossiers: Sequence[Dossier], taken: "_Taken"
    ) -> Matching:
        key = read.person.key
        asked = (one.matching for one in taken.ambiguous)
        rank = sum(one.household == foyer.household and one.person.key == key for one in asked)
        here = (one.territory for one in dossiers if one.current_id in found.candidates)
        territory, now = next(here, self.territory or UNASSIGNED_TERRITORY), self.clock.now()
        return Matching(foyer.household, read.person, rank, found.candidates, territory, FLOW, read.line, now, now)

    def _take_foyer(
        self,
        foyer: ReadFoyer,
        dossiers: list[Dossier],
        owners: dict[NirHash, list[UUID]],
        taken: "_Taken",
        uow: UnitOfWork,
    ) -> None:
        named = [Named(read.person, read.nir) for read in foyer.persons]
        for read, found in zip(foyer.persons, identify(named, dossiers, owners, taken.by_hand), strict=True):
            if found.match is Match.AMBIGUOUS:
                asked = self._ambiguous(foyer, read, found, dossiers, taken)
                taken.ambiguous.append(_Puzzle(asked, read, found))
                continue
            if found.dossier is None:
                dossier, registered = Dossier.register(
                    new_id(), foyer.household, read.person, self.territory, self.clock.now()
                )
                taken.created.append(dossier)
                uow.emit(registered)
            else:
                dossier = found.dossier
                if dossier.merged_into is not None:
                    taken.absorbed.append((read, dossier))
                    continue
                self._apply_flow(dossier, read, taken, uow)
            taken.keep_nir(dossier, read)
            if read.nir in owners and dossier.id not in owners[read.nir]:
                # Another household of this batch may name them too.
                owners[read.nir].append(dossier.id)


@dataclass(frozen=True)
class _Puzzle:
    """A person whom no rule tells apart, as read, and what an agent is asked."""

    matching: Matching
    read: ReadPerson
    found: Found

    @property
    def refusal(self) -> Refused:
        """Until an agent answers."""
        return told_apart(self.read.line, self.found)


@dataclass
class _Taken:
    """What one try of a batch did; counted only once it is committed.

    `met`: of the batches before, the dossiers that absorbed others; `merging`: those of this one.
    """

    met: set[UUID] = field(default_factory=set)
    remain: Remaining = field(default_factory=Remaining)
    by_hand: ByHand = field(default_factory=dict)
    created: list[Dossier] = field(default_factory=list)
    changed: list[Dossier] = field(default_factory=list)
    unchanged: list[Dossier] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    kept: list[Refused] = field(default_factory=list)
    ambiguous: list[_Puzzle] = field(default_factory=list)
    nirs: dict[UUID, NirHash] = field(default_factory=dict)
    absorbed: list[tuple[ReadPerson, Dossier]] = field(default_factory=list)
    merging: set[UUID] = field(default_factory=set)

    @property
    def touched(self) -> set[UUID]:
        return {one.id for one in (*self.created, *self.changed, *self.unchanged)}

    def keep_nir(self, dossier: Dossier, read: ReadPerson) -> None:
        if read.nir is not None:
            self.nirs[dossier.id] = read.nir

    def count_in(self, report: Report, batch: list[ReadFoyer]) -> None:
        report.foyers += len(batch)
        report.others += sum(foyer.others for foyer in batch)
        report.created += len(self.created)
        report.changed += len(self.changed)
        report.unchanged += len(self.unchanged)
        report.refused.extend(self.refused)
        report.kept.extend(self.kept)


async def _store(stores: Stores, taken: _Taken, at: datetime) -> None:
    await stores.dossiers.add(taken.created)
    for dossier in taken.changed:
        await stores.dossiers.save(dossier)
    await stores.dossiers.keep_nirs(taken.nirs)
    # Who may be one of several is named as well: nobody of them is to be archived meanwhile.
    maybe = {one for puzzle in taken.ambiguous for one in puzzle.matching.candidates}
    await stores.dossiers.seen(maybe | {one.id for one in taken.unchanged}, at)


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
