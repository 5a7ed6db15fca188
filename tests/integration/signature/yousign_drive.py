"""The service with Yousign as its provider, before the emulated one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from services.signature.adapters.seal_options import SealOptions
from services.signature.adapters.yousign.account import KEY_FILE, ROOT_FILE, SECRET_FILE, Account
from services.signature.adapters.yousign.files import YousignFiles
from services.signature.application.commands.yousign.driving import Driving
from services.signature.application.commands.yousign.link import Window
from services.signature.application.commands.yousign.means import Means
from services.signature.application.commands.yousign.rows import ERASE_KIND, KIND
from services.signature.application.reactions import Ears
from services.signature.domain.values import Provider
from services.signature.entrypoints.consumers import consumers
from shared.events.envelope import Event
from shared.kernel.clock import FixedClock, SystemClock
from shared.messaging.worker import Worker
from shared.objects.store import Objects
from tests.builders.deliveries import delivery_of
from tests.fixtures.yousign.account import SignatureRequest, Webhook
from tests.fixtures.yousign.server import Yousign
from tests.integration.signature.conftest import SealHere, Signature, assembled

MAIL = "signature@departement.example.org"


@dataclass
class AtYousign:
    """Drives the service, the person at Yousign, and the webhooks between them."""

    service: Signature
    yousign: Yousign
    driving: Driving
    worker: Worker
    eraser: Worker

    @property
    def remote(self) -> SignatureRequest:
        """The request at Yousign."""
        return self.yousign.account.one

    async def hear(self, event: Event) -> str:
        """Hands an event to the service's own consumer of its topic."""
        means = self.service.means
        ears = Ears(means.requests_of, means.keys, means.clock, means.prefixes, Provider.YOUSIGN, MAIL)
        (consumer,) = (one for one in consumers(means.database, ears) if event.topic in one.topics)
        return await consumer.inbox.handle(delivery_of(event, None, means.keys))

    async def halves(self, **changes: Any) -> None:
        """Both halves of a request."""
        assert await self.hear(self.service.ready(**changes)) == "waiting"
        assert await self.hear(await self.service.rendered(attempt=changes.get("attempt", 1))) == "done"

    async def open(self, **changes: Any) -> None:
        """A request that the person can sign at Yousign."""
        await self.halves(**changes)
        assert await self.work() == 1
        assert await self.state() == "opened"

    async def work(self) -> int:
        """All that is due; how many rows."""
        done = 0
        while await self.worker.work_once():
            done += 1
            assert done < 50, "it never rests"
        return done

    async def later(self) -> int:
        """Time goes by: what waits is due, leases have run out."""
        async with self.service.means.database.begin() as uow:
            past = "now() - interval '1 second'"
            await uow.session.execute(text(f"UPDATE work SET available_at = {past}, leased_until = {past}"))
        return await self.work()

    async def state(self) -> str:
        """Where the request stands here."""
        return str((await self.service.view())["state"])

    async def ended(self) -> tuple[str, str | None]:
        """How it ended."""
        view = await self.service.view()
        return view["state"], view["ended_because"]

    async def deliver(self, *webhooks: Webhook) -> list[int]:
        """Webhooks arrive; how each was answered."""
        return [(await self.post(one.body, one.headers)).status_code for one in webhooks]

    async def post(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """A webhook, or what passes for one."""
        return await self.service.client.post("/yousign/webhooks", content=body, headers=headers)

    async def row(self, kind: str = KIND) -> list[tuple[str, str | None]]:
        """Status and code of the work rows."""
        async with self.service.means.database.read() as session:
            found = await session.execute(
                text("SELECT status, code FROM work WHERE kind = :kind ORDER BY created_at, id"), {"kind": kind}
            )
            return [(row.status, row.code) for row in found]


@asynccontextmanager
async def at_yousign(
    folder: Path, database_url: str, clock: FixedClock, yousign: Yousign, **given: Any
) -> AsyncIterator[AtYousign]:
    """The service, its account's files in its key folder."""
    keys = folder / "keys"
    keys.mkdir(exist_ok=True)
    account = yousign.account
    contents = {
        KEY_FILE: account.key + "\n",
        SECRET_FILE: account.secret,
        ROOT_FILE: account.authority.root_pem.decode(),
    }
    for name, content in contents.items():
        (keys / name).write_text(content)
    settings = {
        "signature_provider": "yousign",
        "yousign_url": yousign.url,
        "yousign_timeout_seconds": 5.0,
        "yousign_mail": MAIL,
        **given,
    }
    async with assembled(folder, database_url, clock, **settings) as service:
        window: Window = service.app.state.yousign
        objects: Objects = service.app.state.objects
        roots = YousignFiles(Account.load(keys).roots, service.app.state.pages, SystemClock())
        means = Means(
            window.means.requests_of,
            window.remotes_of,
            service.means.keys,
            objects,
            SealHere(keys, SealOptions()),
            window.provider,
            roots,
            clock,
            MAIL,
        )
        driving, database = Driving(means), service.means.database
        worker = Worker(database, KIND, driving.handle, on_give_up=driving.give_up)
        yield AtYousign(service, yousign, driving, worker, Worker(database, ERASE_KIND, driving.erase))
