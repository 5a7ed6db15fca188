"""Whatever fails between Yousign and us: one request reaches the person, and nothing that they did is lost."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import weasyprint
from sqlalchemy import text

from shared.kernel.clock import FixedClock
from shared.messaging import work_rows
from shared.messaging.work import LeaseLost
from tests.builders.pki import Authority
from tests.builders.signature import ATTEMPT_ID, NOW, pdf
from tests.fixtures.yousign.account import Mangling, SignatureRequest
from tests.fixtures.yousign.server import CUT, ENDLESS, GARBAGE, LOST, SHORT, SLOW, Yousign
from tests.integration.signature.yousign_drive import AtYousign, at_yousign

pytestmark = pytest.mark.integration

# Every call that handing over takes.
STEPS = [
    ("GET", "/signature_requests"),
    ("POST", "/signature_requests"),
    ("GET", "/documents"),
    ("POST", "/documents"),
    ("POST", "/signers"),
    ("POST", "/activate"),
]


def one_reached_the_person(yousign: Yousign) -> bool:
    """Whether a single request was ever activated, with one document and one signer."""
    (active,) = [one for one in yousign.account.requests.values() if one.activations]
    return (active.activations, len(active.documents), len(active.signers), active.status) == (1, 1, 1, "ongoing")


@pytest.mark.parametrize("how", [LOST, CUT, GARBAGE, 500, 429])
async def test_each_call_may_fail_and_one_request_reaches_the_person(at: AtYousign, how: str | int) -> None:
    for method, path in STEPS:
        at.yousign.fail(method, path, how)
    await at.halves()
    await at.work()
    for _ in STEPS:
        if at.yousign.faults:
            assert await at.state() == "prepared"
            assert await at.row() == [("ready", "yousign-away")]
        # What Yousign asked to wait for is waited for.
        at.service.clock.instant += timedelta(seconds=42)
        await at.later()

    assert at.yousign.faults == []
    assert await at.state() == "opened"
    assert len(at.yousign.account.requests) == 1
    assert one_reached_the_person(at.yousign)
    assert await at.service.told_names() == ["SignatureOpened"]


async def test_a_slow_answer_is_given_up_and_found_again(
    service_database_url: str, tmp_path: Path, yousign: Yousign
) -> None:
    async with at_yousign(tmp_path, service_database_url, FixedClock(NOW), yousign, yousign_timeout_seconds=0.3) as at:
        yousign.fail("POST", "/signature_requests", SLOW)
        yousign.fail("POST", "/activate", SLOW)
        await at.halves()
        for _ in range(10):
            if await at.state() == "opened":
                break
            await at.later()

        assert await at.state() == "opened"
        assert len(yousign.account.requests) == 1
        assert one_reached_the_person(yousign)


async def test_an_answer_without_end_is_given_up(at: AtYousign) -> None:
    at.yousign.fail("GET", "/signature_requests", ENDLESS)
    await at.halves()
    await at.work()

    assert await at.row() == [("ready", "yousign-away")]


async def test_while_yousign_asks_to_wait_it_is_not_asked(at: AtYousign) -> None:
    at.yousign.fail("GET", "/signature_requests", 429)
    await at.halves()
    await at.work()
    asked = len(at.yousign.calls)
    await at.later()
    assert len(at.yousign.calls) == asked
    at.service.clock.instant += timedelta(seconds=42)
    await at.later()

    assert await at.state() == "opened"


async def test_two_drafts_of_the_same_reference_leave_one(at: AtYousign) -> None:
    """The answer was lost and the search did not find it yet: a second draft was made."""
    at.yousign.fail("POST", "/signature_requests", LOST)
    await at.halves()
    await at.work()
    (draft,) = at.yousign.account.requests.values()
    twin = type(draft)(dict(draft.given))
    at.yousign.account.requests[twin.id] = twin
    await at.later()

    assert len(at.yousign.account.requests) == 1
    assert one_reached_the_person(at.yousign)


async def test_a_filter_that_yousign_ignores_adopts_nobody_elses_request(at: AtYousign) -> None:
    other = SignatureRequest({"name": "Bail", "delivery_mode": "email", "external_id": "bail-12"}, status="ongoing")
    at.yousign.account.requests[other.id], at.yousign.filters = other, False
    await at.halves()
    await at.work()

    assert await at.state() == "opened"
    assert (other.status, len(at.yousign.account.requests)) == ("ongoing", 2)


async def test_a_worker_that_is_too_slow_activates_nothing_beside_the_next(at: AtYousign) -> None:
    """Its lease lapses between the making and the recording; another hands the request over meanwhile."""
    await at.halves()
    database = at.service.means.database
    job = await work_rows.take(database, "yousign", 0.0)
    assert job is not None
    create = at.driving.means.provider.create
    slow: list[str] = []

    async def overtaken(*given):  # type: ignore[no-untyped-def]
        made = await create(*given)
        if not slow:
            slow.append(made.id)
            assert await at.worker.work_once()
        return made

    at.driving.means.provider.create = overtaken  # type: ignore[method-assign]
    with pytest.raises(LeaseLost):
        await work_rows.finish(job, await at.driving.handle(job))
    await at.later()

    assert await at.state() == "opened"
    assert one_reached_the_person(at.yousign)
    assert await at.service.told_names() == ["SignatureOpened"]


@pytest.mark.parametrize("seam", ["yousign:created-not-recorded", "yousign:activated-not-recorded"])
async def test_a_process_killed_after_yousign_did_it_leaves_it_to_the_next(
    service_database_url: str, tmp_path: Path, yousign: Yousign, seam: str
) -> None:
    now = datetime.now(UTC)
    yousign.today = now.date()
    async with at_yousign(tmp_path, service_database_url, FixedClock(now), yousign) as at:
        await at.halves(deadline=now + timedelta(hours=36))
        killed = await asyncio.to_thread(_worker_killed_at, seam, tmp_path, service_database_url, yousign.url)
        assert killed == -signal.SIGKILL
        assert len(yousign.account.requests) == 1
        assert await at.state() == "prepared"
        assert await at.row() == [("leased", None)]
        await at.later()

        assert await at.state() == "opened"
        assert one_reached_the_person(yousign)
        assert len(yousign.account.requests) == 1


def _worker_killed_at(seam: str, folder: Path, database_url: str, url: str) -> int:
    """A worker process of the service, which dies at this seam; how it ended."""
    run = (
        "import importlib; from shared.messaging.failpoints import arm; from shared.runtime.server import serve; "
        f"arm({seam!r}); serve('signature', importlib.import_module('services.signature.main'), 'worker', 0)"
    )
    settings = {
        "CER_DATABASE_URL": database_url,
        "CER_KAFKA": "127.0.0.1:1",
        "CER_OIDC_ISSUER": "https://identity.test/cer",
        "CER_KEYS_DIR": str(folder / "keys"),
        "CER_OBJECTS": str(folder / "objects"),
        "CER_SIGNATURE_PROVIDER": "yousign",
        "CER_YOUSIGN_URL": url,
    }
    done = subprocess.run([sys.executable, "-c", run], env=os.environ | settings, timeout=120, check=False)
    return done.returncode


async def test_what_a_key_is_refused_for_is_tried_again_once_it_is_mended(at: AtYousign) -> None:
    at.yousign.account.key = "another-key"
    await at.halves()
    await at.work()
    assert await at.row() == [("ready", "yousign-rights")]
    assert await at.state() == "prepared"
    at.yousign.account.key = "cle-api-canari-QXZVKW"
    await at.later()

    assert await at.state() == "opened"


async def test_what_yousign_does_not_accept_ends_with_what_to_do(at: AtYousign) -> None:
    at.yousign.fail("POST", "/signers", 400)
    await at.halves()
    await at.work()

    assert await at.ended() == ("failed", "yousign-refused")
    assert await at.row() == [("failed", "yousign-refused"), ("done", None)]
    assert at.yousign.account.requests == {}
    assert "administrateur" in (await at.service.view())["what_next"]


async def test_what_yousign_lost_is_of_unknown_fate(at: AtYousign) -> None:
    await at.open()
    at.yousign.account.requests.clear()
    await at.later()

    assert await at.ended() == ("failed", "yousign-lost")
    assert (await at.row())[0] == ("unknown", "yousign-lost")


async def test_an_unforeseen_failure_is_tried_again_then_ends_and_closes(at: AtYousign) -> None:
    await at.open()
    remote = at.remote

    async def stumble(_: str) -> None:
        raise ValueError("unforeseen")

    read = at.driving.means.provider.read
    at.driving.means.provider.read = stumble  # type: ignore[method-assign,assignment]
    for _ in range(5):
        assert await at.state() == "opened"
        await at.later()
    assert await at.ended() == ("failed", "yousign-failed")
    at.driving.means.provider.read = read  # type: ignore[method-assign]
    await at.later()

    assert remote.status == "canceled"


async def test_files_that_are_away_are_asked_for_until_they_come(at: AtYousign) -> None:
    await at.open()
    await at.yousign.account.sign(at.remote)
    at.yousign.fail("GET", "/documents/.*/download", 503)
    at.yousign.fail("GET", "/audit_trails/download", 404)
    at.yousign.fail("GET", "/documents/.*/download", SHORT)
    await at.later()
    assert await at.state() == "signed"
    # Signed is signed: neither the day nor its end undoes it.
    at.service.clock.instant += timedelta(hours=30)
    for _ in range(3):
        assert await at.service.expire() == 0
        await at.later()

    assert await at.state() == "completed"


def _tampered(signed: bytes) -> bytes:
    place = signed.index(b"%PDF-") + 20
    return signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]


def _added_to(signed: bytes) -> bytes:
    made = BytesIO()
    with pikepdf.open(BytesIO(signed)) as opened:
        opened.pages.append(opened.pages[0])
        opened.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("mangle", "code"),
    [
        (lambda _: b"<html>not a PDF</html>", "unreadable"),
        (lambda _: pdf(), "not-signed"),
        (_tampered, "bad-signature"),
        (_added_to, "other-document"),
    ],
    ids=["no-pdf", "unsigned", "tampered", "added-to"],
)
async def test_a_file_that_is_not_what_was_signed_is_never_kept(
    at: AtYousign, mangle: Mangling, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await at.open()
    await at.yousign.account.sign(at.remote)
    at.yousign.account.mangle = mangle
    for _ in range(6):
        await at.later()

    assert f"code={code}" in capsys.readouterr().out
    assert await at.ended() == ("failed", "yousign-file-refused")
    assert (await at.row())[0] == ("failed", "yousign-file-refused")
    assert (await at.service.view())["sealed_sha256"] is None
    assert await at.service.told_names() == ["SignatureOpened", "SignatureFailed"]


async def test_the_signed_file_of_somebody_else_is_not_taken(at: AtYousign) -> None:
    """As many pages, as good a signature, other words."""
    await at.open()
    html = "".join(f"<h1 style='break-before: page'>Page {n}</h1><p>Autre personne.</p>" for n in range(3))
    other = weasyprint.HTML(string=f"<html lang=fr>{html}</html>").write_pdf()
    assert other is not None
    at.yousign.account.mangle_before = lambda _: bytes(other)
    await at.yousign.account.sign(at.remote)
    for _ in range(6):
        await at.later()

    assert await at.ended() == ("failed", "yousign-file-refused")


async def test_a_signature_under_a_certificate_that_is_not_yousigns_is_not_taken(at: AtYousign) -> None:
    await at.open()
    Authority("Une autre autorité").seal(at.yousign.account.folder)
    await at.yousign.account.sign(at.remote)
    for _ in range(6):
        await at.later()

    assert await at.ended() == ("failed", "yousign-file-refused")


async def test_the_key_the_secret_and_the_link_are_nowhere(
    at: AtYousign, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    for fault in (500, 401, GARBAGE, LOST):
        at.yousign.fail("GET", "/signature_requests", fault)
    await at.halves()
    for _ in range(5):
        await at.later()
    await at.service.get(f"/signatures/{ATTEMPT_ID}/link")
    link = at.remote.link
    await at.yousign.account.sign(at.remote)
    await at.later()
    assert await at.state() == "completed"

    account, shown = at.yousign.account, caplog.text + "".join(capsys.readouterr()) + await at.service.dump()
    shown += "".join(str(path.read_bytes()) for path in (tmp_path / "objects").rglob("*") if path.is_file())
    for secret in (account.key, account.secret, link, "s=link-of-"):
        assert secret not in shown
    async with at.service.means.database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM yousign_request")) == 1
