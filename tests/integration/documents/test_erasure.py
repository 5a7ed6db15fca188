"""A person erased in contracts leaves no edition and no PDF with documents, not even one that was being made."""

from pathlib import Path

import pytest
from sqlalchemy import text

from services.documents.entrypoints.consumers import FORGETTING
from shared.events.contracts import DossierErased
from shared.events.documents import EditionsErased
from tests.builders.canaries import cells_with, files_with
from tests.builders.documents import ready_to_sign
from tests.builders.events import CER_ID, DOSSIER_ID, sample
from tests.integration.documents.conftest import Documents

pytestmark = pytest.mark.integration

IDS = (str(DOSSIER_ID), str(CER_ID))


async def test_editions_orders_and_pdfs_go_and_the_answer_counts_them(documents: Documents, tmp_path: Path) -> None:
    made = await documents.made(ready_to_sign())
    assert await documents.hear(ready_to_sign(attempt=2)) == "done"  # ordered, not made yet
    assert {"edition.dossier_id", "work.payload", "outbox.payload"} <= await cells_with(documents.database, *IDS)
    assert len(files_with(tmp_path / "objects", str(DOSSIER_ID))) == 1

    assert await documents.hear(sample(DossierErased)) == "done"
    assert await documents.work() == 0
    assert await FORGETTING.worker(documents.database, documents.files).work_once()

    assert files_with(tmp_path / "objects", str(DOSSIER_ID)) == set()
    (answer,) = await documents.told()
    assert isinstance(answer, EditionsErased)
    assert (answer.dossier_id, answer.files) == (DOSSIER_ID, 1)
    assert (await documents.get(f"/editions/{made.edition_id}")).status_code == 404
    async with documents.database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM edition")) == 0


async def test_late_orders_of_the_person_are_not_even_stored(documents: Documents) -> None:
    await documents.hear(sample(DossierErased))
    before = await cells_with(documents.database, *IDS)

    for attempt in (1, 2):
        assert await documents.hear(ready_to_sign(attempt=attempt)) == "erased"

    assert await cells_with(documents.database, *IDS) == before
    assert await documents.work() == 0


async def test_files_whose_rows_were_lost_are_found_by_their_folder(documents: Documents, tmp_path: Path) -> None:
    await documents.made(ready_to_sign())
    async with documents.database.begin() as uow:
        await uow.session.execute(text("DELETE FROM edition"))

    await documents.hear(sample(DossierErased))
    await FORGETTING.worker(documents.database, documents.files).work_once()

    assert files_with(tmp_path / "objects", str(DOSSIER_ID)) == set()
