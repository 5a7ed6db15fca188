"""Adds pièces jointes over HTTP and does the work that follows, in the order that a test chooses."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx
from sqlalchemy import text

from services.contracts.application.commands.analysis import Analysis
from services.contracts.application.commands.files import DESTROY, SCAN
from services.contracts.application.ports.files import VirusScan
from services.contracts.domain.files.model import Kind
from shared.messaging.worker import Worker
from shared.objects.store import Listed, Objects
from shared.security.principal import Role
from tests.builders import files as a
from tests.integration.contracts.conftest import Contracts

_keys = count()


@dataclass
class Filing:
    """The files of the service's dossiers. `scanner` takes the place of the one that settings chose."""

    contracts: Contracts
    scanner: VirusScan | None = None

    @property
    def vault(self) -> Objects:
        """The object store as the service sees it."""
        vault: Objects = self.contracts.app.state.analysis.vault
        return vault

    async def upload(
        self,
        dossier: dict[str, Any],
        data: bytes | AsyncIterator[bytes],
        kind: Kind = Kind.IDENTITE,
        *,
        role: Role = Role.REFERENT,
        key: str | None = None,
        title: str = "",
        subject: str | None = None,
        territory: str = "nord",
        **said: str,
    ) -> httpx.Response:
        """Sends a file as a script would."""
        headers = self.contracts.headers(role, subject, territory)
        headers |= {"Idempotency-Key": key or f"file-{next(_keys)}", "X-Title": quote(title)}
        return await self.contracts.client.post(
            f"/dossiers/{dossier['id']}/files", params={"kind": kind.value, **said}, content=data, headers=headers
        )

    async def added(self, dossier: dict[str, Any], data: bytes | None = None, **said: Any) -> dict[str, Any]:
        """A file that was accepted, not scanned yet."""
        answer = await self.upload(dossier, a.pdf() if data is None else data, **said)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def available(self, dossier: dict[str, Any], data: bytes | None = None, **said: Any) -> dict[str, Any]:
        """A file that was scanned and can be opened."""
        file = await self.added(dossier, data, **said)
        await self.scan()
        return await self.read(file)

    async def request(self, dossier: dict[str, Any], diagnostic: str = "formation") -> dict[str, Any]:
        """The scanned request of a diagnostic."""
        return await self.available(dossier, kind=Kind.DEMANDE_DIAGNOSTIC, diagnostic=diagnostic)

    async def read(self, file: dict[str, Any], role: Role = Role.REFERENT) -> dict[str, Any]:
        """The file as it is now."""
        answer = await self.contracts.get(f"/files/{file['id']}", role)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def open(
        self,
        file: dict[str, Any],
        role: Role = Role.REFERENT,
        if_none_match: str | None = None,
        *,
        subject: str | None = None,
    ) -> httpx.Response:
        """Asks for the bytes."""
        headers = self.contracts.headers(role, subject) | ({"If-None-Match": if_none_match} if if_none_match else {})
        return await self.contracts.client.get(f"/files/{file['id']}/content", headers=headers)

    async def remove(self, file: dict[str, Any], role: Role = Role.REFERENT, **who: Any) -> httpx.Response:
        """Deletes it as it was last seen."""
        return await self.contracts.send("DELETE", f"/files/{file['id']}", role=role, version=file["version"], **who)

    async def scan(self) -> None:
        """Does every scan that waits, once."""
        analysis = self.analysis
        await self._work(Worker(self.contracts.database, SCAN, analysis.scan, on_give_up=analysis.give_up))

    async def destroy(self) -> None:
        """Does every destruction that waits, once."""
        analysis = self.analysis
        await self._work(Worker(self.contracts.database, DESTROY, analysis.destroy, on_give_up=analysis.destroy_later))

    async def stored(self) -> list[Listed]:
        """All that the store holds of files."""
        return [one async for some in self.vault.listed("files") for one in some]

    @property
    def analysis(self) -> Analysis:
        """The service's own, but for the scanner."""
        own: Analysis = self.contracts.app.state.analysis
        return Analysis(own.database, own.stores_of, own.vault, self.scanner or own.scanner)

    async def _work(self, worker: Worker) -> None:
        async with self.contracts.database.begin() as uow:
            await uow.session.execute(text("UPDATE work SET available_at = now() - interval '1 second'"))
        while await worker.work_once():
            pass
