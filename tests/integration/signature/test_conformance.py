"""The seal leaves an edition what it was: archivable and accessible, by veraPDF."""

import asyncio
from pathlib import Path

import pytest

from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.pool import RenderPool
from services.documents.settings import Settings as DocumentsSettings
from services.signature.adapters.department_seal import DepartmentSeal
from tests.builders import documents
from tests.builders.signature import own_seal
from tests.tools.verapdf import check_all

pytestmark = pytest.mark.integration


async def test_a_sealed_edition_still_keeps_both_standards(tmp_path: Path) -> None:
    pool = RenderPool(Look(), DocumentsSettings.model_fields["fonts"].default, size=1)
    await pool.start()
    sheet = documents.sheet()
    edition = (await pool.render(sheet.kind.value, sheet.model_dump())).content
    await pool.close()
    (tmp_path / "edition.pdf").write_bytes(edition)
    (tmp_path / "sealed.pdf").write_bytes(
        await asyncio.to_thread(DepartmentSeal.load(own_seal()).seal, edition, "reference")
    )

    assert check_all([tmp_path / "edition.pdf", tmp_path / "sealed.pdf"]) == []
