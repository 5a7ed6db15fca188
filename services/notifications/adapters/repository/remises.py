"""Loads and saves remises."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.adapters.tables import message, remise, remise_code
from services.notifications.domain.model import Message
from services.notifications.domain.plan import Attachment
from services.notifications.domain.remise import rules
from services.notifications.domain.remise.model import Remise, RemiseCode
from shared.events.files import FileRef
from shared.events.sealed import Sealed
from shared.security.onetime import MAX_TRIES
from shared.sms.outcome import Delivery, Receipt, SmsOutcome, SmsStatus


class SqlRemises:
    """Implements the port `Remises` on a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, of: Message, document: Attachment, link_hash: str, expires_at: datetime) -> None:
        stored = {"name": document.name, "file": document.file.model_dump()}
        values = {"id": of.id, "dossier_id": of.dossier_id, "document": stored, "link_hash": link_hash}
        await self._session.execute(insert(remise).values(**values, expires_at=expires_at, tries=0))

    async def of_link(self, link_hash: str) -> Remise:
        found = await self._one(remise.c.link_hash == link_hash)
        if found is None:
            raise rules.RemiseUnknown
        return found

    async def of_session(self, session_hash: str) -> Remise:
        found = await self._one(remise.c.session_hash == session_hash)
        if found is None:
            raise rules.SessionOver
        return found

    async def count_try(self, remise_id: UUID) -> int | None:
        counted = await self._session.execute(
            update(remise)
            .where(remise.c.id == remise_id, remise.c.tries < MAX_TRIES)
            .values(tries=remise.c.tries + 1)
            .returning(remise.c.tries)
        )
        number: int | None = counted.scalar_one_or_none()
        return number

    async def add_code(self, remise_id: UUID, code: RemiseCode) -> None:
        values = vars(code) | {"status": code.status.value, "remise_id": remise_id}
        await self._session.execute(insert(remise_code).values(**values))

    async def note_sms(self, code_id: UUID, outcome: SmsOutcome) -> None:
        known = {
            "status": outcome.status.value,
            "provider": outcome.provider,
            "receipt": outcome.receipt,
            "fault": outcome.fault.value if outcome.fault else None,
        }
        await self._session.execute(update(remise_code).where(remise_code.c.id == code_id).values(**known))

    async def note_receipt(self, receipt: Receipt) -> bool:
        theirs = and_(remise_code.c.provider == receipt.provider, remise_code.c.receipt == receipt.id)
        ours = cast(remise_code.c.id, Text) == (receipt.reference or "")
        found = await self._session.scalar(select(remise_code.c.id).where(or_(theirs, ours)).with_for_update())
        if found is None:
            return False
        last = func.coalesce(remise_code.c.delivery, "").not_in([state.value for state in Delivery if state.final])
        noted = update(remise_code).where(remise_code.c.id == found, last).values(delivery=receipt.state.value)
        await self._session.execute(noted)
        return True

    async def open_session(self, remise_id: UUID, code_id: UUID, session_hash: str, until: datetime) -> None:
        await self._session.execute(update(remise_code).where(remise_code.c.id == code_id).values(used=True))
        await self._change(remise_id, session_hash=session_hash, session_until=until)

    async def note_download(self, remise_id: UUID, at: datetime) -> None:
        first = update(remise).where(remise.c.id == remise_id, remise.c.downloaded_at.is_(None))
        await self._session.execute(first.values(downloaded_at=at))

    async def end(self, message_id: UUID, because: str) -> None:
        await self._change(message_id, ended_because=because)

    async def lengthen(self, message_id: UUID, file: FileRef) -> bool:
        handed_over = await self._session.scalar(select(remise.c.document).where(remise.c.id == message_id))
        if handed_over is None or FileRef(**handed_over["file"]).size >= file.size:
            return False
        await self._change(message_id, document=handed_over | {"file": file.model_dump()})
        return True

    async def renew(self, message_id: UUID, expires_at: datetime) -> None:
        await self._change(message_id, expires_at=expires_at)

    async def _change(self, remise_id: UUID, **values: Any) -> None:
        await self._session.execute(update(remise).where(remise.c.id == remise_id).values(**values))

    async def _one(self, named: ColumnElement[bool]) -> Remise | None:
        of = message.c
        query = select(remise, of.cer_id, of.territory, of.referent_id, of.facts, of.identity)
        joined = query.join(message, message.c.id == remise.c.id).where(named).with_for_update(of=remise)
        row = (await self._session.execute(joined)).mappings().first()
        if row is None or row["identity"] is None:
            return None
        codes = await self._session.execute(
            select(remise_code).where(remise_code.c.remise_id == row["id"]).order_by(remise_code.c.sequence)
        )
        return Remise(
            id=row["id"],
            dossier_id=row["dossier_id"],
            cer_id=row["cer_id"],
            territory=row["territory"],
            referent_id=row["referent_id"],
            numero=row["facts"]["numero"],
            identity=Sealed(token=row["identity"]),
            document=Attachment(FileRef(**row["document"]["file"]), row["document"]["name"]),
            expires_at=row["expires_at"],
            tries=row["tries"],
            ended_because=row["ended_because"],
            codes=[
                RemiseCode(one.id, one.sequence, one.keyed_hash, one.asked_at, SmsStatus(one.status), one.used)
                for one in codes
            ],
            session_until=row["session_until"],
        )
