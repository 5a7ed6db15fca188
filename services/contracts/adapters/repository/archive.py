"""The archive in PostgreSQL. Implements the port `Archive`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters import name_words
from services.contracts.adapters.tables import archived_dossier
from services.contracts.domain.retention.model import Candidate, Then
from shared.kernel.clock import legal_date

# Kept whatever their age: a CER that runs, is studied or is being signed; a legal hold. Each lookup has its index.
_DUE = text(
    """
    SELECT d.id, d.version, last.at FROM dossier d
    CROSS JOIN LATERAL (
        SELECT greatest(
            d.registered_at, d.contact_changed_at, d.seen_at,
            (SELECT max(h.at) FROM dossier_history h WHERE h.dossier_id = d.id),
            (SELECT max(h.at) FROM dossier p JOIN dossier_history h ON h.dossier_id = p.id WHERE p.merged_into = d.id),
            (SELECT max(h.at) FROM cer_history h JOIN cer c ON c.id = h.cer_id WHERE c.dossier_id = d.id),
            (SELECT max(c.date_fin)::timestamp AT TIME ZONE 'Europe/Paris' FROM cer c
             WHERE c.dossier_id = d.id AND c.state = 'valide'),
            (SELECT max(a.added_at) FROM attachment a WHERE a.dossier_id = d.id),
            (SELECT max(x.restored_at) FROM archived_dossier x WHERE x.dossier_id = d.id)) AS at) AS last
    WHERE (CAST(:after AS uuid) IS NULL OR d.id > :after) AND d.merged_into IS NULL
      AND last.at < :before
      AND NOT EXISTS (SELECT FROM archived_dossier x WHERE x.dossier_id = d.id AND x.restored_at IS NULL)
      AND NOT EXISTS (SELECT FROM legal_hold l WHERE l.dossier_id = d.id AND l.lifted_at IS NULL)
      AND NOT EXISTS (
        SELECT FROM cer c WHERE c.dossier_id = d.id AND (
            c.state IN ('soumis_a_etude', 'etude_en_commission', 'attente_decision')
            OR c.signing IN ('preparing', 'open')
            OR c.state = 'valide' AND (c.date_fin IS NULL OR c.date_fin >= CAST(:today AS date))))
    ORDER BY d.id LIMIT :limit
    """
)
_OVER = text(
    """
    SELECT d.id, d.version, x.archived_at AS at FROM archived_dossier x JOIN dossier d ON d.id = x.dossier_id
    WHERE (CAST(:after AS uuid) IS NULL OR d.id > :after) AND x.keep_until <= :now AND x.restored_at IS NULL
      AND NOT EXISTS (SELECT FROM legal_hold l WHERE l.dossier_id = d.id AND l.lifted_at IS NULL)
    ORDER BY d.id LIMIT :limit
    """
)


class SqlArchive:
    """The archive of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def due(
        self, before: datetime, today: datetime, then: Then, after: UUID | None, limit: int
    ) -> list[Candidate]:
        """Dossiers of the active base whose last event is older, that nothing holds, by id."""
        values = {"before": before, "today": legal_date(today), "after": after, "limit": limit}
        return await self._found(_DUE, then, values)

    async def over(self, now: datetime, after: UUID | None, limit: int) -> list[Candidate]:
        """Archived dossiers whose term has come, that nothing holds, by id."""
        return await self._found(_OVER, Then.ERASE, {"now": now, "after": after, "limit": limit})

    async def put(self, dossier_id: UUID, by: str, at: datetime, until: datetime) -> None:
        """Moves a dossier out of the active base."""
        await self._session.execute(
            insert(archived_dossier).values(dossier_id=dossier_id, archived_by=by, archived_at=at, keep_until=until)
        )
        await name_words.forget(self._session, set(await name_words.of_dossier(self._session, dossier_id)))

    async def take_out(self, dossier_id: UUID, reason: str, by: str, at: datetime) -> bool:
        """Moves it back, on the record; False when it was not archived."""
        back = (
            update(archived_dossier)
            .where(archived_dossier.c.dossier_id == dossier_id, archived_dossier.c.restored_at.is_(None))
            .values(restored_at=at, restored_by=by, restored_reason=reason)
        )
        if (await self._session.execute(back.returning(archived_dossier.c.id))).first() is None:
            return False
        await name_words.keep(self._session, await name_words.of_dossier(self._session, dossier_id))
        return True

    async def _found(self, query: Any, then: Then, values: dict[str, Any]) -> list[Candidate]:
        rows = (await self._session.execute(query, values)).mappings()
        return [Candidate(row["id"], row["version"], row["at"], then, archived=query is _OVER) for row in rows]
