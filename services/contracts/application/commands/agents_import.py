"""Takes in a list of agents: idempotent, line by line; what is refused stops nothing else."""

from collections.abc import Iterable, Sequence

from services.contracts.application.ports import Stores, StoresOf
from services.contracts.domain.agents.listing import AgentLine, AgentsReport
from services.contracts.domain.imports.flow import BrokenFlow, Refused
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork

_OWN = "vous ne pouvez pas désactiver votre propre compte."


def sorted_out(lines: Iterable[AgentLine | Refused], report: AgentsReport) -> list[AgentLine]:
    """The lines that can be taken; the report holds the others, and what broke the file off."""
    found = []
    try:
        for line in lines:
            report.lines += 1
            if isinstance(line, Refused):
                report.refused.append(line)
            else:
                found.append(line)
    except BrokenFlow as broken:
        report.interrupted = broken.refused
    return found


async def take(
    uow: UnitOfWork, stores: Stores, lines: Sequence[AgentLine], report: AgentsReport, *, by: str | None, dry_run: bool
) -> None:
    """Writes the lines into the directory, in this transaction; with `dry_run` only says what that would do."""
    known = await stores.agents.find_all([line.id for line in lines])
    for line in lines:
        if line.id == by and line.active is False:
            report.refused.append(Refused(line.line, "own-account", _OWN))
            continue
        before = known.get(line.id)
        agent, changed = line.apply_to(before)
        if not changed:
            report.unchanged += 1
            continue
        report.created += before is None
        report.changed += before is not None
        if not dry_run:
            uow.emit(agent.told())
            await stores.agents.save(agent)


async def import_agents(
    database: Database, stores_of: StoresOf, lines: Iterable[AgentLine | Refused], *, dry_run: bool
) -> AgentsReport:
    """The same from a terminal: one transaction, since a directory is small. Raises RaceLost."""
    report = AgentsReport()
    to_take = sorted_out(lines, report)
    async with database.begin() as uow:
        await take(uow, stores_of(uow.session), to_take, report, by=None, dry_run=dry_run)
    return report
