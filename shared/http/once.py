"""`Idempotency-Key` on every POST: a request that is sent again is answered again, not done again.

The key's row, the command's changes and its events are one transaction, so a crash keeps all or nothing.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit.slip import enter_with
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.http.rights import principal
from shared.kernel.errors import Refusal
from shared.messaging.failpoints import failpoint
from shared.messaging.tables import idempotency_key
from shared.security.principal import Principal


class KeyRequired(Refusal):
    """A POST without its key."""

    code = "idempotency-key-required"
    title = "Clé d'idempotence manquante"
    status = 400


class KeyReused(Refusal):
    """The same key for another request."""

    code = "idempotency-key-reused"
    title = "Clé d'idempotence déjà employée"
    status = 422


Command = Callable[[UnitOfWork], Awaitable[tuple[BaseModel, int]]]
Reread = Callable[[UnitOfWork, UUID], Awaitable[tuple[BaseModel, int]]]


@dataclass(frozen=True)
class Once:
    """Runs a command at most once for a key of an agent."""

    database: Database
    actor: str
    key: str
    fingerprint: str

    async def run(self, command: Command, status: int = 200, reread: Reread | None = None) -> Response:
        """Runs the command, or gives the stored answer. The command returns its answer and the aggregate's version.

        An answer that holds personal data is not stored a second time: with `reread` only its `id` is, and the same
        key is answered with what `reread` finds of it, as the agent sees it by then.

        What is done and its line in the audit are one transaction too.

        Raises KeyReused, and whatever the command or `reread` refuses (then the key stays free).
        """
        async with self.database.begin() as uow:
            enter_with(uow)
            stored = await self._enter(uow.session)
            if stored is not None:
                return await _again(uow, stored, reread)
            model, version = await command(uow)
            body = model.model_dump(mode="json")
            headers = {"ETag": f'"{version}"'}
            await uow.session.flush()
            await uow.session.execute(
                update(idempotency_key)
                .where(idempotency_key.c.actor == self.actor, idempotency_key.c.key == self.key)
                .values(status=status, headers=headers, body=body if reread is None else {"id": body["id"]})
            )
        failpoint("api:committed-not-answered")
        return JSONResponse(body, status_code=status, headers=headers)

    async def _enter(self, session: AsyncSession) -> RowMapping | None:
        """Takes the key, waiting for a twin request that holds it; the stored row if there is one."""
        entered = await session.execute(
            insert(idempotency_key)
            .values(actor=self.actor, key=self.key, fingerprint=self.fingerprint)
            .on_conflict_do_nothing()
            .returning(idempotency_key.c.key)
        )
        if entered.first() is not None:
            return None
        found = await session.execute(
            select(idempotency_key).where(idempotency_key.c.actor == self.actor, idempotency_key.c.key == self.key)
        )
        row = found.mappings().one()
        if row["fingerprint"] != self.fingerprint:
            raise KeyReused("Cette clé a déjà servi pour une autre demande : employez une nouvelle clé.")
        return row


async def _again(uow: UnitOfWork, stored: RowMapping, reread: Reread | None) -> Response:
    body, headers = stored["body"], stored["headers"]
    if reread is not None:
        model, version = await reread(uow, UUID(body["id"]))
        body, headers = model.model_dump(mode="json"), {"ETag": f'"{version}"'}
    return JSONResponse(body, status_code=stored["status"], headers={**headers, "Idempotent-Replayed": "true"})


@dataclass(frozen=True)
class Keyed:
    """The key of an upload, whose body was not read yet."""

    database: Database
    actor: str
    key: str
    request: str

    def once(self, *content: str) -> Once:
        """For the content that was received meanwhile: its sha256, and what else tells one demand from another."""
        return Once(self.database, self.actor, self.key, _fingerprint(self.request, "\n".join(content).encode()))


async def keyed(
    request: Request,
    agent: Annotated[Principal, Depends(principal)],
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> Keyed:
    """The dependency of a POST that reads its own body. Raises KeyRequired."""
    if not idempotency_key:
        raise KeyRequired("Ajoutez l'en-tête Idempotency-Key, par exemple un UUID, différent pour chaque demande.")
    return Keyed(request.app.state.database, agent.subject, idempotency_key, f"{request.method} {request.url.path}")


async def once(request: Request, key: Annotated[Keyed, Depends(keyed)]) -> Once:
    """The dependency of every other POST. Raises KeyRequired."""
    return Once(key.database, key.actor, key.key, _fingerprint(key.request, await request.body()))


def _fingerprint(request: str, content: bytes) -> str:
    return hashlib.sha256(request.encode() + b"\n" + content).hexdigest()
