"""Several PDFs in one: as accessible and archivable as they were, and bounded."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from services.documents.adapters.merging.merge import merge
from services.documents.adapters.merging.merger import MergeProcess
from services.documents.adapters.rendering.pool import RenderPool
from services.documents.application.commands.sources import each
from services.documents.application.ports import CannotMerge
from services.documents.domain.edition import EditionKind
from services.documents.domain.samples import samples
from shared.objects.errors import ObjectMissing
from tests.builders import documents as build
from tests.tools.pdf import texts_of
from tests.tools.verapdf import check

pytestmark = pytest.mark.integration

KIND = EditionKind.CER_SANS_DECISION.value


@pytest.fixture(scope="module")
async def letter(pool: RenderPool) -> bytes:
    return (await pool.render(KIND, build.sheet().model_dump())).content


def elements(element: Any) -> list[Any]:
    """A structure element and all under it."""
    if not isinstance(element, pikepdf.Dictionary):
        return []
    inside = element.get("/K", ())
    kids = list(inside) if isinstance(inside, pikepdf.Array) else [inside]
    return [element, *(one for kid in kids for one in elements(kid))]


async def test_what_is_merged_twice_keeps_both_standards_and_its_structure(letter: bytes, tmp_path: Path) -> None:
    parts = [merge([letter, letter], name=name) for name in ("p0", "p1")]
    whole = merge(parts, [("Première", 0), ("Dernière", 6)])
    path = tmp_path / "merged.pdf"
    path.write_bytes(whole)
    assert check(path) == []
    with pikepdf.open(BytesIO(whole)) as pdf:
        numbers = [int(page.obj.StructParents) for page in pdf.pages]
        assert len(set(numbers)) == len(pdf.pages) == 8
        found = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
        for page, number in zip(pdf.pages, numbers, strict=True):
            assert all(element.Pg.objgen == page.obj.objgen for element in found[number] if "/Pg" in element)
        ids = [str(one.ID) for one in elements(pdf.Root.StructTreeRoot.K[0]) if "/ID" in one]
        assert len(set(ids)) == len(ids) > 0
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Première", "Dernière"]


async def test_what_is_printed_on_both_sides_begins_each_document_on_a_sheet_of_its_own(
    pool: RenderPool, letter: bytes, tmp_path: Path
) -> None:
    short = (await pool.render("convocation", samples(EditionKind.CONVOCATION)["court"].model_dump())).content
    whole = merge([short, letter, short], name="p", even=True)
    path = tmp_path / "merged.pdf"
    path.write_bytes(whole)
    assert check(path) == []
    assert [bool(text) for text in texts_of(whole)] == [True, False, True, True, True, False]


async def test_a_source_that_cannot_be_read_is_told_and_the_next_merge_succeeds(letter: bytes) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield letter
        raise ObjectMissing("Le fichier n'est pas dans le magasin.")

    merger = MergeProcess(1024)
    with pytest.raises(ObjectMissing):
        await merger.merge(broken())
    assert (await merger.merge(each([letter]), name="p")) == merge([letter], name="p")


async def test_the_same_pdfs_give_the_same_bytes(letter: bytes) -> None:
    assert merge([letter, letter], name="p") == merge([letter, letter], name="p")


async def test_what_cannot_be_merged_is_said_and_takes_nothing_with_it(letter: bytes) -> None:
    untagged = BytesIO()
    pikepdf.Pdf.new().save(untagged)
    merger = MergeProcess(1024)
    for wrong in (b"not a PDF", letter[:1000], untagged.getvalue()):
        with pytest.raises(CannotMerge):
            await merger.merge(each([letter, wrong]))
    with pytest.raises(CannotMerge):
        await merger.merge(each([]))
    assert (await merger.merge(each([letter, letter]), name="p")) == merge([letter, letter], name="p")


async def test_merging_is_bounded_in_memory(letter: bytes) -> None:
    with pytest.raises(CannotMerge):
        await MergeProcess(96).merge(each([letter] * 200))


async def test_merging_is_bounded_in_time(letter: bytes) -> None:
    with pytest.raises(CannotMerge, match="timeout"):
        await MergeProcess(1024, seconds=0.0).merge(each([letter]))
