"""The lists of CERs in PostgreSQL. Implements the port `Worklists`.

Each page is a few walks of an index, one for each state and for each way in which the agent may see a CER: of their
territory, or of a dossier that they accompany. Each walk starts at the cursor and stops at the page's size, so its cost
follows the page, not the table; the walks are then merged. What else is filtered stands in the index too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, literal, select, tuple_, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.tables import cer, dossier, household, list_entry
from services.contracts.application.ports.worklists import NO_END, ByPriority, CerFilter, CerRow, Page, Place
from services.contracts.domain.cers.states import State
from services.contracts.domain.cers.worklist import Sort, states_to_look_at
from services.contracts.domain.reference.lists import ListName

_PERSON = (
    dossier.c.nom_naissance,
    dossier.c.nom_usage,
    dossier.c.prenoms,
    household.c.organisme,
    household.c.matricule,
)
_OF_CER = [cer.c[field.name] for field in fields(CerRow) if field.name not in {column.name for column in _PERSON}]
_ORDERS: Mapping[Sort, tuple[str, ...]] = {
    Sort.PRIORITY: ("priority_rank", "since", "id"),
    Sort.DATE_FIN: ("fin_key", "id"),
}


@dataclass(frozen=True)
class Reach:
    """One way in which the CERs asked for can be seen; two ways never hold the same CER."""

    territory: str | None = None
    not_territories: tuple[str, ...] = ()
    referent: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL."""
        found = []
        if self.territory is not None:
            found.append(cer.c.territory == self.territory)
        if self.not_territories:
            found.append(cer.c.territory.not_in(self.not_territories))
        if self.referent is not None:
            found.append(cer.c.referent_id == self.referent)
        return found


class SqlWorklists:
    """The lists of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, wanted: CerFilter, page: Page) -> list[CerRow]:
        """CERs in the page's order."""
        names = _ORDERS[page.sort]
        order = [cer.c[name] for name in names]
        walks = []
        for conditions in _walks(wanted):
            walk = select(*order).where(*conditions).order_by(*order).limit(page.limit)
            if page.after is not None:
                walk = walk.where(tuple_(*order) > tuple_(*_values(page.after, order)))
            walks.append(walk)
        if not walks:
            return []
        found = _merged(walks, names, page.limit)
        query = (
            select(*_OF_CER, *_PERSON)
            .select_from(found)
            .join(cer, cer.c.id == found.c.id)
            .join(dossier, dossier.c.id == cer.c.dossier_id)
            .join(household, household.c.id == dossier.c.household_id)
            .order_by(*order)
        )
        return [CerRow(**row) for row in (await self._session.execute(query)).mappings()]

    async def counts(self, wanted: CerFilter, most: int) -> Mapping[State, int]:
        """How many CERs stand in each state asked for, counted up to `most`."""
        states = states_to_look_at(wanted.states, wanted.signing)
        counted: list[ColumnElement[int]] = []
        for state in states:
            walks = [select(literal(1)).where(*conditions).limit(most) for conditions in _walks(wanted, [state])]
            if not walks:
                return dict.fromkeys(states, 0)
            some = union_all(*(select(walk.subquery()) for walk in walks)).limit(most).subquery()
            counted.append(select(func.count()).select_from(some).scalar_subquery().label(state.value))
        if not counted:
            return {}
        row = (await self._session.execute(select(*counted))).mappings().one()
        return {state: row[state.value] for state in states}

    async def follow_ranks(self, limit: int) -> int:
        """Gives CERs whose priorité has another rank by now this rank, so many of a rank at most; says to how many."""
        ranks = select(list_entry.c.code, list_entry.c.rank).where(
            list_entry.c.list == ListName.PRIORITIES.value, list_entry.c.rank.is_not(None)
        )
        followed = 0
        for code, rank in await self._session.execute(ranks.order_by(list_entry.c.code)):
            # Two walks of the index from its ends: those that are right, most of them by far, are not looked at.
            for differs in (cer.c.priority_rank < rank, cer.c.priority_rank > rank):
                some = select(cer.c.id).where(cer.c.priority == code, differs).limit(limit)
                behind = update(cer).where(cer.c.id.in_(some.with_for_update(skip_locked=True).scalar_subquery()))
                changed = await self._session.execute(behind.values(priority_rank=rank).returning(cer.c.id))
                followed += len(changed.all())
        return followed


def _values(after: Place, order: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    place = (after.priority_rank, after.since, after.id) if isinstance(after, ByPriority) else (after.fin_key, after.id)
    return [literal(value, column.type) for value, column in zip(place, order, strict=True)]


def _merged(walks: Sequence[Select[Any]], names: Sequence[str], limit: int) -> Subquery:
    if len(walks) == 1:
        return walks[0].subquery("found")
    merged = union_all(*(select(walk.subquery()) for walk in walks))
    return merged.order_by(*(merged.selected_columns[name] for name in names)).limit(limit).subquery("found")


def _walks(wanted: CerFilter, states: Sequence[State] | None = None) -> list[list[ColumnElement[bool]]]:
    if states is None:
        states = states_to_look_at(wanted.states, wanted.signing)
    common = _filters(wanted)
    return [[*reach.conditions(), cer.c.state == state.value, *common] for reach in reaches(wanted) for state in states]


def reaches(wanted: CerFilter) -> list[Reach]:
    """The ways in which the agent sees what is asked for; none when they see nothing of it."""
    asked = Reach(territory=wanted.territory, referent=wanted.referent)
    agent = wanted.seen_by
    if agent is None or wanted.referent in agent.accompanies_as:
        return [asked]
    theirs = tuple(sorted(agent.territories))
    found = [
        Reach(territory=one, referent=wanted.referent)
        for one in theirs
        if wanted.territory is None or wanted.territory == one
    ]
    if wanted.referent is None and wanted.territory not in agent.territories:
        elsewhere = theirs if wanted.territory is None else ()
        found += [
            Reach(wanted.territory, not_territories=elsewhere, referent=one) for one in sorted(agent.accompanies_as)
        ]
    return found


def _filters(wanted: CerFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [~cer.c.archived]
    if wanted.priority is not None:
        # The rank bounds the walk, the code tells those of one rank apart. There are two ranks of a code only while its
        # CERs take over the one that the admin gave it: none of them is missed meanwhile.
        least, most = (
            select(bound(cer.c.priority_rank)).where(cer.c.priority == wanted.priority).scalar_subquery()
            for bound in (func.min, func.max)
        )
        found += [cer.c.priority_rank.between(least, most), cer.c.priority == wanted.priority]
    if wanted.signing is not None:
        found.append(cer.c.signing == wanted.signing.value)
    if wanted.nature is not None:
        found.append(cer.c.nature == wanted.nature.value)
    if wanted.ending_from is not None:
        found.append(cer.c.fin_key >= wanted.ending_from)
    if wanted.ending_before is not None:
        found.append(cer.c.fin_key < wanted.ending_before)
    if wanted.without_end:
        found.append(cer.c.fin_key == NO_END)
    elif wanted.ending_from is not None:
        found.append(cer.c.fin_key < NO_END)
    if wanted.returned:
        found.append(cer.c.submission > 0)
    if wanted.dernier_contrat is not None:
        found.append(cer.c.dernier_contrat.is_(wanted.dernier_contrat))
    return found
