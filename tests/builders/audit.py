"""The audit as it stands in a database, and the endpoints that leave nothing there."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from shared.audit.chain import AuditFilter, Chain
from shared.audit.entry import Entry, Record
from shared.database.engine import Database
from tests.builders.endpoints import endpoints, pages


async def entries(database: Database, after: int = 0) -> list[Entry]:
    """The chain, from the entry that follows `after`."""
    async with database.read() as session:
        return await Chain(session).page(AuditFilter(), after, 1_000_000)


async def records(database: Database, after: int = 0) -> list[Record]:
    """What the entries tell."""
    return [entry.record for entry in await entries(database, after)]


async def put_away(database: Database, table: str) -> None:
    """Nothing can be written in this table of the audit any more."""
    async with database.begin() as uow:
        await uow.session.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT away CHECK (false) NOT VALID"))


async def unaudited(
    app: FastAPI, client: httpx.AsyncClient, headers: Mapping[str, str], ids: Mapping[str, Any], impersonal: set[str]
) -> list[str]:
    """The endpoints of which a request with these headers leaves no line with the ids that its path names.

    Those that are said to be impersonal name nobody, and leave none. Without the headers that a write needs, every
    write is refused: the line comes before.
    """
    found = []
    for endpoint in endpoints(app):
        before = len(await entries(app.state.database))
        await client.request(endpoint.method, endpoint.at(**ids), json={}, headers=dict(headers))
        left = await records(app.state.database, before)
        named = {UUID(str(ids[name])) for name in endpoint.params & {"dossier_id", "cer_id"}}
        told = {one for record in left for one in (*record.dossiers, *record.cers)}
        if endpoint.operation not in impersonal and (not left or not named <= told):
            found.append(str(endpoint))
        if endpoint.operation in impersonal and (left or named):
            found.append(f"{endpoint}: names somebody, or leaves a line, and is said to be impersonal")
    return found


async def unaudited_pages(app: FastAPI, client: httpx.AsyncClient, under: str, token: str, actor: str) -> list[str]:
    """The pages under this address that leave no line of this person, whose link has this token."""
    found = []
    for page in pages(app, under):
        before = len(await entries(app.state.database))
        await client.request(page.method, f"{page.at()}?{token}", data={"k": token}, follow_redirects=False)
        left = await records(app.state.database, before)
        if not left or not all(one.actor == actor and one.dossiers and one.cers for one in left):
            found.append(str(page))
    return found
