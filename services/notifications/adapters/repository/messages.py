"""Loads and saves messages."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.adapters.tables import message as table
from services.notifications.domain.catalog import Audience, Channel
from services.notifications.domain.model import Message, Proof
from services.notifications.domain.plan import Attachment
from services.notifications.domain.states import Status
from shared.audit.witness import shown
from shared.database.driver import Insert, fetch
from shared.events.files import FileRef
from shared.events.sealed import Sealed
from shared.kernel.errors import NotFound, RaceLost
from shared.sms.outcome import Receipt

_CHANGED = "Le message a changé entre-temps : rechargez-le, puis recommencez."
_ADD = Insert(table, table.c.keys(), unless_there=True)
# By their names: a column that a newer version adds while this one runs would end each transaction that reads `*`.
COLUMNS = ", ".join(f'"{name}"' for name in table.c.keys())  # noqa: SIM118 - the columns of a table are no mapping
# In one order, so that two who lock several never wait for each other.
_LOCKED = f"SELECT {COLUMNS} FROM message WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE"  # noqa: S608 - of ours
_SAVE_FATES = """
    UPDATE message SET version = fate.version, status = fate.status, status_at = fate.status_at, code = fate.code,
           provider = fate.provider, receipt = fate.receipt, template_version = fate.template_version
    FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
                $8::text[])
         AS fate (id, version, status, status_at, code, provider, receipt, template_version)
    WHERE message.id = fate.id AND message.version = fate.version - 1
    RETURNING message.id
    """


class Messages:
    """The messages of one transaction. Implements the port of the same name."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, message: Message) -> bool:
        """Stores a new message; False when this event had made it already."""
        return await _ADD.one(self._session, _row(message))

    async def get(self, message_id: UUID) -> Message:
        """The message, locked until the end of the transaction. Raises NotFound."""
        found = await self.find(message_id)
        if found is None:
            raise missing()
        return found

    async def get_many(self, message_ids: Sequence[UUID]) -> dict[UUID, Message]:
        """These messages, locked until the end of the transaction. Raises NotFound where one of them is missing."""
        rows = await fetch(self._session, _LOCKED, list(message_ids))
        found = {row["id"]: message_of_row(row) for row in rows}
        if len(found) < len(set(message_ids)):
            raise missing()
        return found

    async def find(self, message_id: UUID) -> Message | None:
        """The message if there is one, locked until the end of the transaction."""
        query = select(table).where(table.c.id == message_id).with_for_update()
        row = (await self._session.execute(query)).mappings().one_or_none()
        return _loaded(row) if row is not None else None

    async def of_receipt(self, receipt: Receipt) -> Message | None:
        """The SMS that a receipt names, locked until the end of the transaction; theirs before ours."""
        named = [and_(table.c.provider == receipt.provider, table.c.receipt == receipt.id)] if receipt.id else []
        if ours := _uuid(receipt.reference):
            named.append(table.c.id == ours)
        if not named:
            return None
        nearest = (is_it.desc().nulls_last() for is_it in named)
        query = select(table).where(table.c.channel == Channel.SMS.value, or_(*named)).order_by(*nearest).limit(1)
        row = (await self._session.execute(query.with_for_update())).mappings().first()
        return message_of_row(row) if row is not None else None

    async def of_digest(self, digest_id: UUID) -> list[Message]:
        """The messages that wait for this digest, locked, the oldest first."""
        query = select(table).where(table.c.digest_id == digest_id, table.c.status == Status.PENDING.value)
        rows = await self._session.execute(query.order_by(table.c.created_at, table.c.id).with_for_update())
        return [message_of_row(row) for row in rows.mappings()]

    async def last_of(self, dossier_id: UUID) -> Message | None:
        """The newest message about this person."""
        query = select(table).where(table.c.dossier_id == dossier_id).order_by(table.c.created_at.desc()).limit(1)
        row = (await self._session.execute(query)).mappings().first()
        return _loaded(row) if row is not None else None

    async def save(self, message: Message) -> None:
        """Stores one change. Raises RaceLost when the row is not the one that was loaded."""
        statement = (
            update(table)
            .where(table.c.id == message.id, table.c.version == message.version - 1)
            .values(**_row(message))
            .returning(table.c.id)
        )
        if (await self._session.execute(statement)).first() is None:
            raise RaceLost(_CHANGED)

    async def save_fates(self, messages: Sequence[Message]) -> None:
        """Stores what became of them. Raises RaceLost when the row of one is not the one that was loaded."""
        saved = await fetch(
            self._session,
            _SAVE_FATES,
            [message.id for message in messages],
            [message.version for message in messages],
            [message.status.value for message in messages],
            [message.status_at for message in messages],
            [message.code for message in messages],
            [message.proof.provider for message in messages],
            [message.proof.receipt for message in messages],
            [message.proof.template_version for message in messages],
        )
        if len(saved) < len(messages):
            raise RaceLost(_CHANGED)


def missing() -> NotFound:
    """There is no such message, or there is none any more."""
    return NotFound("Aucun message ne porte cet identifiant.")


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _loaded(row: RowMapping) -> Message:
    message = message_of_row(row)
    shown(message)
    return message


def _row(message: Message) -> dict[str, Any]:
    attached = message.attachment
    return {
        "id": message.id,
        "template": message.template,
        "audience": message.audience,
        "cer_id": message.cer_id,
        "session_id": message.session_id,
        "dossier_id": message.dossier_id,
        "territory": message.territory,
        "referent_id": message.referent_id,
        "facts": message.facts,
        "referent": message.referent.token if message.referent else None,
        "identity": message.identity.token if message.identity else None,
        "attachment": {"name": attached.name, "file": attached.file.model_dump()} if attached else None,
        "status": message.status,
        "status_at": message.status_at,
        "created_at": message.created_at,
        "version": message.version,
        "sending": message.sending,
        "code": message.code,
        "channel": message.channel,
        "provider": message.proof.provider,
        "receipt": message.proof.receipt,
        "template_version": message.proof.template_version,
        "delivery": message.delivery,
        "delivery_at": message.delivery_at,
        "digest_id": message.digest_id,
        "batch_id": message.batch_id,
        "batch_place": message.batch_place,
    }


def message_of_row(row: Mapping[str, Any] | RowMapping) -> Message:
    """A message from its row."""
    attached = row["attachment"]
    return Message(
        id=row["id"],
        template=row["template"],
        audience=Audience(row["audience"]),
        cer_id=row["cer_id"],
        session_id=row["session_id"],
        dossier_id=row["dossier_id"],
        territory=row["territory"],
        referent_id=row["referent_id"],
        facts=row["facts"],
        referent=Sealed(token=row["referent"]) if row["referent"] else None,
        identity=Sealed(token=row["identity"]) if row["identity"] else None,
        attachment=Attachment(FileRef(**attached["file"]), attached["name"]) if attached else None,
        status=Status(row["status"]),
        status_at=row["status_at"],
        created_at=row["created_at"],
        version=row["version"],
        sending=row["sending"],
        code=row["code"],
        channel=Channel(row["channel"]),
        proof=Proof(row["provider"], row["receipt"], row["template_version"]),
        delivery=row["delivery"],
        delivery_at=row["delivery_at"],
        digest_id=row["digest_id"],
        batch_id=row["batch_id"],
        batch_place=row["batch_place"],
    )
