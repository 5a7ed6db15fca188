"""What the service keeps lasts: it is looked at, warned of in time, and extended, where that is needed alone."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from services.signature.adapters.archiving import Timestamping
from services.signature.adapters.department_seal import DepartmentSeal, load_trust
from services.signature.adapters.kept_files import KeptFiles
from services.signature.adapters.lasting import SealLasting
from services.signature.adapters.seal_options import Level, SealOptions
from services.signature.adapters.tables import signature_request
from services.signature.adapters.verifying import Verdict, verify
from services.signature.application.commands.lasting import Watch
from services.signature.application.commands.metrics import PROOFS_ENDING
from services.signature.entrypoints.cli.archive import Archive, Extension
from services.signature.entrypoints.cli.stored import extend_stored
from services.signature.settings import Settings
from shared.events.contracts import CerReopened, DossierErased
from shared.events.files import FileRef
from shared.events.signature import SignatureProlonged
from shared.kernel.clock import FixedClock
from tests.builders import events
from tests.builders.pki import DAY, Authority, serving
from tests.builders.signature import pdf
from tests.integration.signature.conftest import Signature

pytestmark = pytest.mark.integration


@dataclass
class Store:
    """A signed CER whose files an authority of the test's own has sealed, and what watches over them."""

    signature: Signature
    authority: Authority
    folder: Path
    settings: Settings
    watch: Watch

    async def sealed(self, reference: str) -> bytes:
        options = SealOptions(Level.B_LTA, f"{self.authority.url}/tsa", 30.0)
        return await asyncio.to_thread(DepartmentSeal.load(self.folder, options).seal, pdf(), reference)

    async def keeps(self, document: bytes, evidence: bytes) -> None:
        """These files stand for those of the request."""
        put = self.signature.app.state.objects.put
        refs = {
            "document": (await put("dossier/request/cer.pdf", document)).model_dump(),
            "evidence": (await put("dossier/request/evidence.pdf", evidence)).model_dump(),
        }
        async with self.signature.means.database.begin() as uow:
            await uow.session.execute(update(signature_request).values(proofs_until=None, **refs))

    async def files(self) -> list[bytes]:
        async with self.signature.means.database.read() as session:
            (row,) = (await session.execute(select(signature_request.c.document, signature_request.c.evidence))).all()
        return [await self.read(FileRef(**ref)) for ref in row]

    async def read(self, ref: FileRef) -> bytes:
        content: bytes = await self.signature.app.state.objects.get(ref)
        return content

    async def prolongations(self) -> list[SignatureProlonged]:
        return [event for event in await self.signature.told() if isinstance(event, SignatureProlonged)]

    async def extend(self) -> bool:
        """What the command does."""
        trust, now = load_trust(self.folder), self.authority.now
        stamping = Timestamping(f"{self.authority.url}/tsa", trust.tsa_roots)
        return await extend_stored(Archive(trust, stamping, now, now + 180 * DAY), self.settings)


@pytest.fixture
def authority() -> Iterator[Authority]:
    with serving() as answering:
        yield answering


@pytest.fixture
async def store(signature: Signature, authority: Authority, service_database_url: str, tmp_path: Path) -> Store:
    folder = tmp_path / "authority"
    folder.mkdir()
    authority.seal(folder)
    await signature.open_and_send()
    await signature.post("signature", {"code": signature.phone.code})
    await signature.worker.work_once()
    settings = Settings(
        database_url=service_database_url,
        kafka="127.0.0.1:1",
        oidc_issuer="https://identity.test/cer",
        keys_dir=tmp_path / "keys",
        objects=str(tmp_path / "objects"),
    )
    clock, means = FixedClock(authority.now), signature.means
    lasting = SealLasting(load_trust(folder), clock)
    objects = signature.app.state.objects
    watch = Watch(means.database, lambda uow: KeptFiles(uow.session), objects, lasting, clock, 180)
    return Store(signature, authority, folder, settings, watch)


async def test_what_ends_soon_is_warned_of_and_extended_once(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    authority = store.authority
    authority.new_tsa(30 * DAY)
    short = await store.sealed("short")
    authority.new_tsa(3000 * DAY)
    long = await store.sealed("long")
    await store.keeps(short, long)

    assert [await store.watch.look(), await store.watch.look()] == [1, 0]
    assert await store.watch.warn() == PROOFS_ENDING._value.get() == 1

    assert await store.extend()
    extended, same = await store.files()
    assert (extended.startswith(short), len(extended) > len(short), same) == (True, True, long)
    assert "2 fichier(s) examiné(s), 1 prolongé(s), 0 en échec" in capsys.readouterr().out
    (told,) = await store.prolongations()
    assert [await store.read(ref) for ref in (told.document, told.evidence)] == [extended, long]
    assert (told.aggregate_version, told.attempt) == (3, 1)
    later = authority.now + 60 * DAY
    found = await asyncio.to_thread(verify, extended, load_trust(store.folder), later)
    assert (found.verdict, await store.watch.look(), await store.watch.warn()) == (Verdict.INTACT, 0, 0)
    assert await store.extend()
    assert "0 fichier(s) examiné(s)" in capsys.readouterr().out
    assert await store.prolongations() == [told]


async def test_the_watch_sees_time_pass(store: Store) -> None:
    await store.keeps(await store.sealed("cer"), await store.sealed("dossier"))
    await store.watch.look()
    assert await store.watch.warn() == 0

    # RSA of 2048 bits, that of the authority, ends with the year 2028 (ETSI TS 119 312).
    later = FixedClock(store.authority.now + timedelta(days=700))
    assert await replace(store.watch, clock=later).warn() == 1


async def test_an_authority_that_is_away_leaves_all_as_it_is_and_the_next_time_goes_on(store: Store) -> None:
    store.authority.new_tsa(30 * DAY)
    was = [await store.sealed("cer"), await store.sealed("dossier")]
    await store.keeps(*was)
    store.authority.new_tsa(3000 * DAY)
    store.authority.answers = False

    assert not await store.extend()
    assert await store.files() == was
    assert await store.prolongations() == []

    store.authority.answers = True
    assert await store.extend()
    now = await store.files()
    assert [longer.startswith(short) and longer != short for longer, short in zip(now, was, strict=True)] == [True] * 2
    (told,) = await store.prolongations()
    assert [await store.read(ref) for ref in (told.document, told.evidence)] == now


async def test_a_file_that_is_no_longer_intact_is_told_and_stops_nothing(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.authority.new_tsa(30 * DAY)
    good = await store.sealed("good")
    await store.keeps(good + b"\n", good)
    store.authority.new_tsa(3000 * DAY)

    assert (await store.watch.look(), await store.watch.warn()) == (1, 1)
    assert not await store.extend()
    broken, extended = await store.files()
    assert (broken, extended.startswith(good), extended != good) == (good + b"\n", True, True)
    assert "MODIFIÉ APRÈS COUP" in capsys.readouterr().err


async def test_a_voiding_that_follows_does_not_put_the_shorter_files_back(store: Store) -> None:
    store.authority.new_tsa(30 * DAY)
    await store.keeps(await store.sealed("cer"), await store.sealed("dossier"))
    store.authority.new_tsa(3000 * DAY)
    assert await store.extend()
    extended = await store.files()

    await store.signature.hear(events.sample(CerReopened, **store.signature.sealed_blocks(), attempt=1))

    assert await store.files() == extended
    assert (await store.signature.view())["state"] == "voided"
    assert [event.aggregate_version for event in await store.signature.told()] == [1, 2, 3, 4]


async def test_what_is_erased_meanwhile_leaves_no_longer_file_behind(store: Store, tmp_path: Path) -> None:
    store.authority.new_tsa(30 * DAY)
    await store.keeps(await store.sealed("cer"), await store.sealed("dossier"))
    store.authority.new_tsa(3000 * DAY)
    before = set((tmp_path / "objects").rglob("*.pdf"))
    loop, erased = asyncio.get_running_loop(), events.sample(DossierErased)

    class Erasing(Archive):
        """Somebody erases the person while the first file is being stamped."""

        def extended(self, pdf: bytes) -> Extension:
            asyncio.run_coroutine_threadsafe(store.signature.hear(erased), loop).result()
            return super().extended(pdf)

    trust, now = load_trust(store.folder), store.authority.now
    stamping = Timestamping(f"{store.authority.url}/tsa", trust.tsa_roots)

    assert await extend_stored(Erasing(trust, stamping, now, now + 180 * DAY), store.settings)

    assert set((tmp_path / "objects").rglob("*.pdf")) == before
