"""The seal leaves an edition what it was: archivable and accessible, by veraPDF."""

import asyncio
from pathlib import Path

import pikepdf
import pytest

from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.pool import RenderPool
from services.documents.settings import Settings as DocumentsSettings
from services.signature.adapters.department_seal import DepartmentSeal
from services.signature.adapters.seal_options import Level, SealOptions
from services.signature.domain.block import signature_block
from services.signature.domain.states import State
from tests.builders import documents
from tests.builders.events import identity
from tests.builders.evidence import evidence_of
from tests.builders.pki import serving
from tests.builders.signature import in_state
from tests.tools.verapdf import check_all

pytestmark = pytest.mark.integration


async def test_a_sealed_edition_still_keeps_both_standards(tmp_path: Path) -> None:
    pool = RenderPool(Look(), DocumentsSettings.model_fields["fonts"].default, size=1)
    await pool.start()
    sheet = documents.sheet()
    edition = (await pool.render(sheet.kind.value, sheet.model_dump())).content
    await pool.close()
    lines = signature_block(in_state(State.SIGNED), identity())
    (tmp_path / "edition.pdf").write_bytes(edition)
    with serving() as authority:
        authority.seal(tmp_path)
        for level in (Level.B_B, Level.B_LTA):
            seal = DepartmentSeal.load(tmp_path, SealOptions(level, f"{authority.url}/tsa", 30.0))
            sealed = await asyncio.to_thread(seal.seal, edition, "reference", lines)
            (tmp_path / f"{level}.pdf").write_bytes(sealed)

    assert check_all([tmp_path / name for name in ("edition.pdf", "b-b.pdf", "b-lta.pdf")]) == []
    with pikepdf.open(tmp_path / "b-lta.pdf") as opened:
        field = opened.Root.AcroForm.Fields[0]
        assert [line for line in lines if line not in str(field.TU)] == []
        assert float(field.Rect[2]) - float(field.Rect[0]) > 200


def test_a_sealed_dossier_de_preuve_is_accessible_and_archivable_with_what_it_carries(tmp_path: Path) -> None:
    with serving() as authority:
        authority.seal(tmp_path)
        for level in (Level.B_B, Level.B_LTA):
            seal = DepartmentSeal.load(tmp_path, SealOptions(level, f"{authority.url}/tsa", 30.0))
            for name, content in (
                ("short", evidence_of(b"")),
                ("long", evidence_of(b"", steps=evidence_of(b"")["steps"] * 60)),
            ):
                (tmp_path / f"{name}-{level}.pdf").write_bytes(seal.dossier(content))

    assert check_all(sorted(tmp_path.glob("*-*.pdf")), ("ua1", "3a")) == []
