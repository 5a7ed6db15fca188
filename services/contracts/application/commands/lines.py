"""Takes in the lines of a mapped file: a batch is one transaction; what is refused stops nothing else.

A dry run plans the same and stores nothing: what is shown before is what would be done.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.contracts.application.commands.former_cers import plan_cers, store_cers
from services.contracts.application.commands.loading import remaining
from services.contracts.application.commands.matching import placed, remember
from services.contracts.application.commands.territories import refuse_unknown
from services.contracts.application.ports import Stores, StoresOf
from services.contracts.domain.dossiers.household import Household
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.nir import NirHash
from services.contracts.domain.imports.finding import find
from services.contracts.domain.imports.flow import BrokenFlow, Refused
from services.contracts.domain.imports.lines import Difference, Kind, Line, LineNames, LineReport, Part, Rules
from services.contracts.domain.imports.people import CHANGED, CREATED, UNCHANGED, Outcome, Taking, keys, refused
from services.contracts.domain.moves import Act
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.kernel.clock import Clock
from shared.kernel.errors import RaceLost

BATCH = 500
_ASTRAY = "Ce territoire n'existe pas, ou il est fermé."
# An agent who writes meanwhile wins; the batch is then done again from the top.
RACE_TRIES = 5


@dataclass
class Batch:
    """Lines that are applied together, and what was passed over since the batch before. `last` is the last line."""

    lines: list[Line] = field(default_factory=list)
    passed: LineReport = field(default_factory=LineReport)
    last: int = 0


@dataclass
class Done:
    """What one batch did."""

    report: LineReport
    differences: list[Difference]
    last: int
    named: list[LineNames] = field(default_factory=list)


class Journal(Protocol):
    """Keeps how far a run came, in the transaction of each batch."""

    async def advance(self, uow: UnitOfWork, done: Done) -> None:
        """Called last in the batch's transaction. Raises Refusal where nothing more may be applied."""
        ...

    def committed(self, done: Done) -> None:
        """Called once that transaction is committed."""
        ...


@dataclass(frozen=True)
class LineImporter:
    """Applies the lines of one file. `told` is called after each batch, with the report so far."""

    database: Database
    stores_of: StoresOf
    clock: Clock
    kind: Kind
    rules: Rules
    journal: Journal | None = None
    told: Callable[[LineReport], None] = lambda _: None

    async def run(
        self, parts: Iterator[Part], so_far: LineReport | None = None, *, dry_run: bool = False
    ) -> LineReport:
        """Applies what can be, or only says what would be done. What came before a break in the file is applied.

        Raises UnknownTerritory, InactiveTerritory.
        """
        await refuse_unknown(self.database, self.stores_of, self.rules.territory)
        report = so_far or LineReport()
        for batch in batches(parts, report):
            done = await self.apply(batch, dry_run=dry_run)
            report.add(done.report)
            self.told(report)
        return report

    async def apply(self, batch: Batch, *, dry_run: bool) -> Done:
        """One batch, in one transaction. Raises RaceLost when agents keep winning."""
        for attempt in range(1, RACE_TRIES + 1):
            try:
                return await self._once(batch, dry_run=dry_run)
            except (RaceLost, IntegrityError):
                if attempt == RACE_TRIES:
                    raise
        raise AssertionError("unreachable")

    async def _once(self, batch: Batch, *, dry_run: bool) -> Done:
        done = Done(LineReport(), [], batch.last)
        done.report.add(batch.passed)
        done.report.keep([note for line in batch.lines for note in line.notes])
        async with self.database.begin() as uow:
            stores = self.stores_of(uow.session)
            outcomes = await _PLANS[self.kind](self, stores, batch.lines)
            _count(outcomes, done)
            if not dry_run:
                await _store(stores, outcomes, uow, self.clock.now())
            if self.journal is not None:
                await self.journal.advance(uow, done)
        if self.journal is not None:
            self.journal.committed(done)
        return done


async def _beneficiaries(importer: LineImporter, stores: Stores, lines: Sequence[Line]) -> list[Outcome]:
    homes: dict[Household, list[Line]] = {}
    lines, astray = await _by_territory(stores, lines)
    for line in lines:
        said = line.said
        home = Household(said["organisme"], said["numero_organisme"], said["matricule"])
        homes.setdefault(home, []).append(line)
    known = await stores.dossiers.of_households(list(homes))
    taking = replace(await _taking(importer, stores, known), by_hand=await stores.dossiers.made_by_hand(keys(lines)))
    owners = await _owners(stores, lines)
    # What a file says in the household of the dossier that remains goes before what it says in that of one absorbed.
    homes = dict(sorted(homes.items(), key=lambda item: any(one.merged_into for one in known[item[0]])))
    taken = [(home, taking.household(home, of_home, known[home], owners)) for home, of_home in homes.items()]
    asked = [one.asked.id for _, outcomes in taken for one in outcomes if one.asked is not None]
    decided = await stores.matchings.find(asked) if asked else {}
    return astray + [
        taking.decided(line, one, decided.get(one.asked.id) if one.asked else None, known[home])
        for home, outcomes in taken
        for line, one in zip(homes[home], outcomes, strict=True)
    ]


async def _taking(importer: LineImporter, stores: Stores, known: Mapping[Any, Sequence[Dossier]]) -> Taking:
    remain = await remaining(stores, (one for dossiers in known.values() for one in dossiers))
    signing = await stores.cers.signing_among(list(remain.by_id))
    return Taking(importer.rules, importer.clock.now(), signing, remain)


async def _owners(stores: Stores, lines: Sequence[Line]) -> dict[NirHash, list[UUID]]:
    return await stores.dossiers.of_nirs([line.said["nir"] for line in lines if "nir" in line.said])


async def _by_territory(stores: Stores, lines: Sequence[Line]) -> tuple[list[Line], list[Outcome]]:
    """The lines that name no territory, or one that takes dossiers; the others, refused."""
    taking = {one.code for one in await stores.reference.territories() if one.active}
    astray = {line.number for line in lines if "territory" in line.said and line.said["territory"] not in taking}
    return [line for line in lines if line.number not in astray], [
        refused(line, Refused(line.number, "unknown-territory", _ASTRAY, "territory"))
        for line in lines
        if line.number in astray
    ]


async def _contacts(importer: LineImporter, stores: Stores, lines: Sequence[Line]) -> list[Outcome]:
    known = await stores.dossiers.of_matricules([line.said["matricule"] for line in lines])
    taking = await _taking(importer, stores, known)
    outcomes = []
    owners = await _owners(stores, lines)
    for line in lines:
        found = find(line, known[line.said["matricule"]], owners)
        outcomes.append(refused(line, found) if isinstance(found, Refused) else taking.named(line, found))
    return outcomes


async def _cers(importer: LineImporter, stores: Stores, lines: Sequence[Line]) -> list[Outcome]:
    act = Act(importer.rules.origin, importer.clock.now())
    return await plan_cers(stores, importer.rules, act, lines)


_PLANS: dict[Kind, Callable[[LineImporter, Stores, Sequence[Line]], Awaitable[list[Outcome]]]] = {
    Kind.BENEFICIARIES: _beneficiaries,
    Kind.CONTACTS: _contacts,
    Kind.CERS: _cers,
}


def _count(outcomes: Sequence[Outcome], done: Done) -> None:
    report = done.report
    report.lines += len(outcomes)
    for one in outcomes:
        report.keep(one.kept)
        done.differences.extend(one.differences)
        done.named.extend(one.names())
        if one.refused is not None:
            report.refuse(one.refused)
        elif one.kind == CREATED:
            report.created += 1
        elif one.kind == CHANGED:
            report.changed += 1
        else:
            report.unchanged += 1


async def _store(stores: Stores, outcomes: Sequence[Outcome], uow: UnitOfWork, at: datetime) -> None:
    for one in outcomes:
        uow.emit(*one.events)
    await store_cers(stores, [one for one in outcomes if one.cer is not None])
    outcomes = [one for one in outcomes if one.cer is None]
    await stores.dossiers.add([one.dossier for one in outcomes if one.kind == CREATED and one.dossier])
    for one in outcomes:
        if one.kind == CHANGED and one.dossier is not None:
            await stores.dossiers.save(one.dossier)
    named = [one.dossier for one in outcomes if one.kind == UNCHANGED and one.dossier is not None]
    await stores.dossiers.seen([one.id for one in named], at)
    await remember(stores, await placed(stores, [one.asked for one in outcomes if one.asked is not None]))
    await stores.dossiers.keep_nirs(
        {one.dossier.id: one.nir for one in outcomes if one.nir is not None and one.dossier is not None}
    )


def batches(parts: Iterator[Part], report: LineReport) -> Iterator[Batch]:
    """Lines by batches; the last one may hold none, only what was passed over."""
    batch = Batch()
    try:
        for part in parts:
            batch.last = part.number
            if isinstance(part, Line):
                batch.lines.append(part)
            else:
                batch.passed.pass_over(part)
            if len(batch.lines) == BATCH or batch.passed.lines >= 10 * BATCH:
                yield batch
                batch = Batch()
    except BrokenFlow as broken:
        report.interrupted = broken.refused
    if batch.lines or batch.passed.lines:
        yield batch
