"""Windows of dossiers and CERs for exports, in PostgreSQL. Implements the port `Exports`.

What is joined to a window is joined line by line (LATERAL), so that its cost follows the window, not the tables.
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Subquery, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.repository.dossier_search import IN_ARCHIVE
from services.contracts.adapters.tables import agent, cer, dossier, household
from services.contracts.application.ports.exports import ExportedCer, ExportedDossier
from services.contracts.domain.cers.accord import Accord
from services.contracts.domain.cers.states import State

_OF_HOUSEHOLD = [household.c[name] for name in ("organisme", "numero_organisme", "matricule")]
_OF_PERSON = [dossier.c[name] for name in ("civilite", "nom_naissance", "nom_usage", "prenoms", "date_naissance")]
_OF_LAST = [
    cer.c[name] for name in ("numero", "nature", "state", "date_signature", "date_debut", "date_fin", "decided_at")
]
_LISTED = cer.c.state != State.SUPPRIME.value
_ACTIVE = ~cer.c.archived


class SqlExports:
    """The windows of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def cers(self, territories: Sequence[str], after: UUID | None, limit: int) -> list[ExportedCer]:
        """CERs, deleted ones left out."""
        names = {field.name for field in fields(ExportedCer)}
        own = [cer.c.id.label("cer_id"), *(column for column in cer.c if column.name in names)]
        query = select(*own).where(_LISTED, _ACTIVE).order_by(cer.c.id).limit(limit)
        if territories:
            query = query.where(cer.c.territory.in_(territories))
        if after is not None:
            query = query.where(cer.c.id > after)
        window = query.subquery("looked_at")
        person = (
            select(*_OF_PERSON, *_OF_HOUSEHOLD)
            .join(household, household.c.id == dossier.c.household_id)
            .where(dossier.c.id == window.c.dossier_id)
            .limit(1)
            .lateral("person")
        )
        read = select(window, person, agent.c.full_name.label("referent_name")).select_from(window)
        read = _with_referent(read.join(person, true()), window).order_by(window.c.cer_id)
        rows = (await self._session.execute(read)).mappings()
        return [ExportedCer(**{**row, "accord": Accord(row["accord"]).value_shown}) for row in rows]

    async def dossiers(self, territories: Sequence[str], after: UUID | None, limit: int) -> list[ExportedDossier]:
        """Dossiers, each with its last CER."""
        names = {field.name for field in fields(ExportedDossier)} - {column.name for column in _OF_LAST}
        own = [dossier.c.id.label("dossier_id"), *(column for column in dossier.c if column.name in names)]
        query = (
            select(*own, dossier.c.household_id)
            .where(dossier.c.merged_into.is_(None), ~IN_ARCHIVE)
            .order_by(dossier.c.id)
            .limit(limit)
        )
        if territories:
            query = query.where(dossier.c.territory.in_(territories))
        if after is not None:
            query = query.where(dossier.c.id > after)
        window = query.subquery("looked_at")
        home = select(*_OF_HOUSEHOLD).where(household.c.id == window.c.household_id).limit(1).lateral("home")
        last = (
            select(*_OF_LAST)
            .where(cer.c.dossier_id == window.c.dossier_id, _LISTED)
            .order_by(cer.c.numero.desc(), cer.c.created_at.desc(), cer.c.id.desc())
            .limit(1)
            .lateral("last")
        )
        columns = [column for column in window.c if column.name != "household_id"]
        read = select(*columns, home, last, agent.c.full_name.label("referent_name")).select_from(window)
        read = _with_referent(read.join(home, true()).outerjoin(last, true()), window)
        rows = await self._session.execute(read.order_by(window.c.dossier_id))
        return [ExportedDossier(**row) for row in rows.mappings()]


def _with_referent(query: Select[Any], window: Subquery) -> Select[Any]:
    return query.outerjoin(agent, agent.c.id == window.c.referent_id)
