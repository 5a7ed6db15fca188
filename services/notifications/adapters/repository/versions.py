"""Keeps every template that ever wrote a message."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.adapters.tables import template_version as table


class SqlTemplateVersions:
    """Implements the port `TemplateVersions` on a session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep(self, version: str, template: str, content: Mapping[str, Any], at: datetime) -> None:
        if await self._session.scalar(select(table.c.version).where(table.c.version == version)) is None:
            row = {"version": version, "template": template, "content": dict(content), "kept_at": at}
            await self._session.execute(insert(table).values(**row).on_conflict_do_nothing())

    async def content(self, version: str) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = await self._session.scalar(
            select(table.c.content).where(table.c.version == version)
        )
        return found
