"""CERs and their history in PostgreSQL. Implements the port `Cers`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.repository.reference import SqlReferenceBooks
from services.contracts.adapters.repository.witness import loaded, on_behalf_of
from services.contracts.adapters.repository.writing import update_version
from services.contracts.adapters.tables import cer as table
from services.contracts.adapters.tables import cer_history
from services.contracts.domain.cers.accord import Accord
from services.contracts.domain.cers.codes import held
from services.contracts.domain.cers.decision import Decision, Proof
from services.contracts.domain.cers.draft import Draft
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.note import Note
from services.contracts.domain.cers.notices import Neighbour
from services.contracts.domain.cers.pinned import Pinned
from services.contracts.domain.cers.signing import Signing, SigningState
from services.contracts.domain.cers.states import State
from services.contracts.domain.moves import Act, Move
from shared.kernel.errors import NotFound

_COLUMNS = {
    "numero",
    "nature",
    "date_signature",
    "date_debut",
    "date_demandee",
    "date_fin",
    "duration_months",
    "requests",
    "priority",
    "dernier_contrat",
}
_TEXTS = set(Draft.model_fields) - _COLUMNS
_UNDER_WAY = [SigningState.PREPARING.value, SigningState.OPEN.value]


class SqlCers:
    """The CERs of one transaction."""

    def __init__(self, session: AsyncSession, reference: SqlReferenceBooks) -> None:
        self._session = session
        self._reference = reference

    async def get(self, cer_id: UUID) -> Cer:
        """The CER. Raises NotFound."""
        row = (await self._session.execute(select(table).where(table.c.id == cer_id))).mappings().one_or_none()
        if row is None:
            raise NotFound("Ce CER n'existe pas, ou il n'est pas de votre territoire.")
        loaded(self._session, cer=row["id"])
        return _cer(row)

    async def add(self, cer: Cer) -> None:
        """Stores a CER for the first time, with its line of history. Raises RaceLost."""
        await self._session.execute(insert(table).values(**row_of(cer), version=1))
        await self._stored(cer)

    async def save(self, cer: Cer) -> None:
        """Stores one change, with its line of history. Raises RaceLost."""
        await update_version(self._session, table, row_of(cer), cer.version)
        await self._stored(cer)

    async def write_line(self, cer: Cer, line: Move) -> None:
        """Adds a line of history without a change of the CER."""
        await self._session.execute(
            insert(cer_history).values(
                cer_id=cer.id,
                version=cer.version,
                verb=line.verb,
                from_state=line.from_state.value if line.from_state else None,
                to_state=line.to_state.value,
                actor=line.act.by,
                at=line.act.at,
                details=line.details,
                reason=line.reason,
                on_behalf_of=on_behalf_of(self._session, line.act.by),
            )
        )

    async def of_dossier(self, dossier_id: UUID) -> list[Cer]:
        """The CERs of a dossier by number, deleted ones left out."""
        query = (
            select(table)
            .where(table.c.dossier_id == dossier_id, table.c.state != State.SUPPRIME.value)
            .order_by(table.c.numero, table.c.created_at, table.c.id)
        )
        return [_cer(row) for row in (await self._session.execute(query)).mappings()]

    async def neighbours(self, dossier_id: UUID, besides: UUID | None) -> list[Neighbour]:
        """The other CERs of a dossier, deleted ones left out."""
        query = select(table.c.id, table.c.numero, table.c.state, table.c.date_debut, table.c.date_fin).where(
            table.c.dossier_id == dossier_id, table.c.state != State.SUPPRIME.value
        )
        rows = (await self._session.execute(query)).mappings()
        return [
            Neighbour(row["numero"], State(row["state"]), row["date_debut"], row["date_fin"])
            for row in rows
            if row["id"] != besides
        ]

    async def is_signing(self, dossier_id: UUID) -> bool:
        """Whether a signature is under way for a CER of this dossier."""
        open_one = exists().where(table.c.dossier_id == dossier_id, table.c.signing.in_(_UNDER_WAY))
        return bool(await self._session.scalar(select(open_one)))

    async def signing_among(self, dossier_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of the dossiers that have a signature under way."""
        query = select(table.c.dossier_id).where(table.c.dossier_id.in_(dossier_ids), table.c.signing.in_(_UNDER_WAY))
        return frozenset((await self._session.execute(query)).scalars())

    async def overdue(self, now: datetime, limit: int) -> list[UUID]:
        """CERs whose signature attempt passed its deadline."""
        query = (
            select(table.c.id)
            .where(table.c.signing.in_(_UNDER_WAY), table.c.signing_deadline < now)
            .order_by(table.c.signing_deadline)
            .limit(limit)
        )
        return list((await self._session.execute(query)).scalars())

    async def history(self, cer_id: UUID) -> list[Move]:
        """The lines of history, oldest first."""
        query = select(cer_history).where(cer_history.c.cer_id == cer_id).order_by(cer_history.c.id)
        return [_move(row) for row in (await self._session.execute(query)).mappings()]

    async def _stored(self, cer: Cer) -> None:
        await self._reference.note_uses({(one.list, one.code) for one in held(cer.draft)})
        cer.version += 1
        for line in cer.moves:
            await self.write_line(cer, line)
        cer.moves.clear()


def row_of(cer: Cer) -> dict[str, Any]:
    """The row of a CER, but its version and what the database fills in."""
    draft, signing = cer.draft, cer.signing
    return {
        "id": cer.id,
        "dossier_id": cer.dossier_id,
        "revision": cer.revision,
        "state": cer.state.value,
        "created_by": cer.created_by,
        "created_at": cer.created_at,
        **{name: getattr(draft, name) for name in _COLUMNS},
        "nature": draft.nature.value,
        "requests": list(draft.requests),
        "texts": draft.model_dump(mode="json", include=_TEXTS),
        "note": cer.note.text,
        "note_author_id": cer.note.author_id,
        "accord": cer.accord.value,
        "proof": cer.proof.model_dump(mode="json") if cer.proof else None,
        "signing": signing.state.value,
        "attempt": signing.attempt,
        "signing_deadline": signing.deadline,
        "signing_ending": signing.ending,
        "submission": cer.submission,
        "submitted_at": cer.submitted_at,
        "decision": cer.decision.model_dump(mode="json") if cer.decision else None,
        "decided_at": cer.decision.decided_at if cer.decision else None,
        "pinned": cer.pinned.model_dump(mode="json") if cer.pinned else None,
    }


def _cer(row: RowMapping) -> Cer:
    return Cer(
        id=row["id"],
        dossier_id=row["dossier_id"],
        draft=Draft.model_validate({**{name: row[name] for name in _COLUMNS}, **row["texts"]}, extra="ignore"),
        created_by=row["created_by"],
        created_at=row["created_at"],
        state=State(row["state"]),
        accord=Accord(row["accord"]),
        note=Note(row["note"], row["note_author_id"]),
        signing=Signing(SigningState(row["signing"]), row["attempt"], row["signing_deadline"], row["signing_ending"]),
        proof=Proof.model_validate(row["proof"]) if row["proof"] else None,
        revision=row["revision"],
        submission=row["submission"],
        submitted_at=row["submitted_at"],
        decision=Decision.model_validate(row["decision"]) if row["decision"] else None,
        pinned=Pinned.model_validate(row["pinned"]) if row["pinned"] else None,
        version=row["version"],
    )


def _move(row: RowMapping) -> Move:
    return Move(
        verb=row["verb"],
        from_state=State(row["from_state"]) if row["from_state"] else None,
        to_state=State(row["to_state"]),
        act=Act(row["actor"], row["at"], row["on_behalf_of"]),
        details=row["details"],
        reason=row["reason"],
    )
