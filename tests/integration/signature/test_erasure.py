"""A person erased in contracts leaves nothing with signature: neither rows, nor sealed PDF, nor evidence."""

from pathlib import Path

import pytest
from sqlalchemy import text

from services.signature.entrypoints.consumers import FORGETTING
from shared.events.contracts import CerReopened, DossierErased
from shared.events.signature import SignaturesErased
from shared.kernel.ids import new_id
from tests.builders.canaries import cells_with, files_with
from tests.builders.events import CER_ID, DOSSIER_ID, sample
from tests.builders.signature import ATTEMPT_ID
from tests.integration.signature.conftest import Signature

pytestmark = pytest.mark.integration

IDS = (str(DOSSIER_ID), str(CER_ID), str(ATTEMPT_ID))
# The answer itself, the closed keys, the order to delete the files, and the record of what agents read and did are all
# that names them.
LEFT = {
    "audit_entry.cers", "audit_entry.dossiers",
    "erased.dossier_id", "erased.key", "outbox.aggregate_id", "outbox.headers", "outbox.key", "outbox.payload",
    "work.payload",
}  # fmt: skip


async def signed(signature: Signature) -> None:
    await signature.open_and_send()
    assert (await signature.post("signature", {"code": signature.phone.code})).status_code == 200
    assert await signature.worker.work_once()


async def test_rows_sealed_pdf_and_evidence_go_and_the_answer_waits_for_the_files(
    signature: Signature, tmp_path: Path
) -> None:
    await signed(signature)
    database = signature.means.database
    assert {"signature_request.id", "code.request_id", "step.request_id", "work.payload"} <= await cells_with(
        database, *IDS
    )
    sealed = tmp_path / "objects" / "signature"
    assert [Path(name).suffix for name in files_with(sealed, str(ATTEMPT_ID))] == [".pdf", ".pdf"]

    assert await signature.hear(sample(DossierErased)) == "done"

    assert await signature.told_names() == []
    assert await FORGETTING.worker(database, signature.app.state.objects).work_once()
    assert files_with(sealed, *IDS) == set()
    (answer,) = await signature.told()
    assert (type(answer), answer.number, answer.files) == (SignaturesErased, 7, 2)
    assert answer.rows > 8
    assert await cells_with(database, *IDS) == LEFT


async def test_a_half_that_waits_goes_and_its_age_alarms_no_more(signature: Signature) -> None:
    assert await signature.hear(signature.ready()) == "waiting"

    assert await signature.hear(sample(DossierErased)) == "done"
    assert await signature.hear(await signature.rendered()) == "erased"
    assert await signature.hear(sample(CerReopened)) == "erased"

    async with signature.means.database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM inbox WHERE ending = 'waiting'")) == 0
        assert await session.scalar(text("SELECT count(*) FROM signature_request")) == 0


async def test_a_seal_that_was_under_way_is_not_recorded(signature: Signature, tmp_path: Path) -> None:
    """The worker has the row in hand when the person is erased: its result is dropped, its files go later."""
    await signature.open_and_send()
    assert (await signature.post("signature", {"code": signature.phone.code})).status_code == 200
    database = signature.means.database
    eraser = FORGETTING.worker(database, signature.app.state.objects)
    handle = signature.worker._handler

    async def erased_meanwhile(job):  # type: ignore[no-untyped-def]
        outcome = await handle(job)
        assert await signature.hear(sample(DossierErased), new_id()) == "done"
        return outcome

    signature.worker._handler = erased_meanwhile
    assert await signature.worker.work_once()
    assert await signature.told_names() == []

    while await eraser.work_once():
        pass
    assert files_with(tmp_path / "objects" / "signature", str(DOSSIER_ID)) == set()
    assert await signature.told_names() == ["SignaturesErased"]
