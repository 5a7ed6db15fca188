"""The texts of the admin in the editions: told by contracts, pinned by the CER, shown by the PDF."""

from datetime import date

import pypdfium2
import pytest
from sqlalchemy import text

from shared.events.documents import EditionRendered
from shared.events.reference import PinnedText, TextChanged
from tests.builders import documents as build
from tests.integration.documents.conftest import Documents

pytestmark = pytest.mark.integration

PINNED = tuple(
    PinnedText(text_id=key, version=version)
    for key, version in {"cer-title": 2, "cer-engagements": 1, "cer-articles": 2, "cer-suspension": 3}.items()
)


def told(version: int, words: str, key: str = "cer-suspension", family: str = "legal") -> TextChanged:
    return TextChanged(
        aggregate_version=version, text_id=key, family=family, effect=date(2026, 1, 1), paragraphs=(words,)
    )


async def shown(documents: Documents, edition: EditionRendered) -> str:
    pdf = pypdfium2.PdfDocument(await documents.files.get(edition.document))
    return " ".join("\n".join(page.get_textpage().get_text_bounded() for page in pdf).split())


async def test_an_edition_shows_the_version_that_its_cer_pinned_though_another_is_in_force(
    documents: Documents,
) -> None:
    assert await documents.hear(told(3, "Le texte qui est épinglé.")) == "done"
    assert await documents.hear(told(4, "Le texte qui vaut depuis.")) == "done"

    page = await shown(documents, await documents.made(build.ready_to_sign(pinned_texts=PINNED)))

    assert "Le texte qui est épinglé." in page
    assert "Le texte qui vaut depuis." not in page


async def test_a_text_that_comes_after_its_cer_is_waited_for(documents: Documents) -> None:
    assert await documents.hear(build.ready_to_sign(pinned_texts=PINNED)) == "done"
    assert await documents.work() == 1
    assert await documents.told() == [], "neither made with another text, nor failed"

    assert await documents.hear(told(3, "Le texte qui est épinglé.")) == "done"
    async with documents.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET available_at = now()"))
    assert await documents.work() == 1

    (made,) = await documents.told()
    assert isinstance(made, EditionRendered)
    assert "Le texte qui est épinglé." in await shown(documents, made)


async def test_a_text_that_never_comes_ends_in_a_failure_that_is_told(documents: Documents) -> None:
    await documents.hear(build.ready_to_sign(pinned_texts=PINNED))
    async with documents.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET attempts = 500"))

    assert await documents.work() == 1

    assert (await documents.failed()).code == "render-failed"
    async with documents.database.read() as session:
        assert (await session.execute(text("SELECT status, code FROM work"))).one() == ("failed", "text-not-told")


async def test_a_version_told_again_changes_nothing_and_prompts_are_not_kept(documents: Documents) -> None:
    assert await documents.hear(told(3, "Le texte qui est épinglé.")) == "done"
    assert await documents.hear(told(3, "Autre chose.")) == "stale"
    assert await documents.hear(told(1, "Avez-vous…", "prompt-situation", "prompt")) == "stale"

    async with documents.database.read() as session:
        rows = (await session.execute(text("SELECT key, version, paragraphs FROM legal_text"))).all()
    assert rows == [("cer-suspension", 3, ["Le texte qui est épinglé."])]


async def test_the_same_revision_and_texts_give_the_same_bytes_whatever_was_told_since(documents: Documents) -> None:
    await documents.hear(told(3, "Le texte qui est épinglé."))
    first = await documents.made(build.ready_to_sign(pinned_texts=PINNED))
    for version in (4, 5):
        await documents.hear(told(version, f"Version {version}."))

    again = await documents.made(build.ready_to_sign(pinned_texts=PINNED, attempt=2))

    assert again.edition_id != first.edition_id
    assert again.document.sha256 == first.document.sha256
