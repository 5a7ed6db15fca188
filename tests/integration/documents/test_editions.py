"""From the events that order an edition to the event that tells it, on a real database and with real renders."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.documents.adapters.legal_texts import SqlLegalTexts
from services.documents.adapters.repository import SqlEditions
from services.documents.application.commands.editions import Studio
from services.documents.application.ports import RenderedPdf
from services.documents.application.reactions import KIND, LATER
from services.documents.domain.edition import Edition, Order, RenderCrashed, RenderTimeout
from shared.events.blocks import AgentCard, CerContent, DecisionText, Identity
from shared.events.documents import EditionRendered
from shared.events.envelope import Event
from shared.events.sealed import Sealed, seal
from shared.kernel.clock import SystemClock
from shared.kernel.ids import new_id
from shared.messaging.worker import UNFORESEEN_TRIES, Worker
from tests.builders import documents as build
from tests.builders import events
from tests.integration.documents.conftest import Documents
from tests.tools.pdf import text_of

pytestmark = pytest.mark.integration


async def test_a_cer_ready_to_sign_becomes_an_edition(documents: Documents) -> None:
    told = await documents.made(build.ready_to_sign())
    assert (told.kind, told.attempt, told.submission, told.revision, told.aggregate_version) == (
        "cer_sans_decision", 1, None, 2, 1,
    )  # fmt: skip
    content = await documents.files.get(told.document)
    assert hashlib.sha256(content).hexdigest() == told.document.sha256
    assert told.pages == len(pypdfium2.PdfDocument(content))
    shown = text_of(content)
    assert "CER sans décision" in shown
    assert "Département du Val-d'Exemple" in shown
    assert "Jeanne – Fictive" in shown
    # Those who read the edition's event open the blocks that came with the order.
    assert documents.keys.open(Identity, told.identity) == events.identity()
    assert documents.keys.open(AgentCard, told.referent) == events.referent_card()


async def test_a_decision_becomes_the_edition_that_shows_it(documents: Documents) -> None:
    valid = await documents.made(build.validated())
    assert (valid.kind, valid.attempt, valid.submission) == ("cer_decision_valide", None, 1)
    shown = text_of(await documents.files.get(valid.document))
    assert "Le contrat est validé." in shown
    assert "Le projet est clair" in shown
    assert "Dominique Coiron" in shown


async def test_a_refusal_shows_its_motives_and_how_to_appeal(documents: Documents) -> None:
    refused = await documents.made(build.rejected())
    shown = text_of(await documents.files.get(refused.document))
    assert "Le contrat n'est pas validé." in shown
    assert "Les étapes ne portent pas de date." in shown
    assert "recours administratif" in shown


async def test_the_note_referent_is_in_no_edition_and_no_letter(documents: Documents) -> None:
    canary = seal(DecisionText(comment="Accord.", note_referent="CANARI-NOTE-REFERENT"))
    for number, event in enumerate((build.validated, build.rejected), start=1):
        await documents.made(event(decision=canary, submission=number))
    told = [one for one in await documents.told() if isinstance(one, EditionRendered)]
    assert len(told) == 4
    for one in told:
        shown = text_of(await documents.files.get(one.document))
        assert "CANARI" not in shown
        assert "Accord." in shown


async def test_a_decision_is_notified_by_a_letter(documents: Documents) -> None:
    await documents.made(build.rejected())
    letter = next(one for one in await documents.told() if getattr(one, "kind", "") == "notification_decision")
    assert isinstance(letter, EditionRendered)
    assert (letter.attempt, letter.submission) == (None, 1)
    shown = text_of(await documents.files.get(letter.document))
    for said in (
        "Madame Jeanne Fictive",
        "07200 AUBENAS",
        "n'est pas validé",
        "Dominique Coiron",
        "dans les deux mois",
    ):
        assert said in shown.replace("\n", " ")


async def test_a_cer_submitted_by_the_check_box_has_its_edition_and_one_signed_by_sms_no_second(
    documents: Documents,
) -> None:
    told = await documents.made(build.submitted())
    assert (told.kind, told.attempt, told.submission) == ("cer_sans_decision", None, 1)
    assert "La personne a donné son accord." in text_of(await documents.files.get(told.document))
    assert await documents.hear(build.submitted(accord_origin="sms", submission=2)) == "done"
    assert await documents.work() == 0


async def test_the_same_event_again_makes_nothing_more(documents: Documents) -> None:
    event, event_id = build.ready_to_sign(), new_id()
    assert [await documents.hear(event, event_id) for _ in range(2)] == ["done", "seen"]
    assert await documents.work() == 1
    # The same fact under another event id, as a rebuilt topic could bring it.
    assert await documents.hear(event) == "stale"
    assert await documents.work() == 0
    assert len(await documents.told()) == 1


async def test_the_decision_before_the_signature_and_an_old_attempt_last(documents: Documents) -> None:
    for event in (build.validated(), build.ready_to_sign(attempt=2), build.ready_to_sign(attempt=1)):
        assert await documents.hear(event) == "done"
    assert await documents.work() == 4
    made = {(told.kind, told.attempt) for told in await documents.told() if isinstance(told, EditionRendered)}
    assert made == {
        ("cer_decision_valide", None),
        ("notification_decision", None),
        ("cer_sans_decision", 2),
        ("cer_sans_decision", 1),
    }


async def test_another_attempt_of_the_same_revision_has_the_same_bytes(documents: Documents) -> None:
    first = await documents.made(build.ready_to_sign(attempt=1))
    second = await documents.made(build.ready_to_sign(attempt=2))
    assert first.edition_id != second.edition_id
    assert first.document == second.document


async def test_no_personal_data_stands_in_clear_in_the_database(documents: Documents) -> None:
    await documents.made(build.rejected())
    async with documents.database.read() as session:
        for table in ("work", "edition", "outbox", "inbox"):
            rows = (await session.execute(text(f"SELECT {table}::text FROM {table}"))).scalars().all()
            assert rows
            for canary in ("Fictive", "Jeanne", "example.org", "39980001", "cuisine collective", "Coiron"):
                assert not any(canary in row for row in rows), (table, canary)


async def test_an_edition_never_changes(documents: Documents) -> None:
    await documents.made(build.ready_to_sign())
    with pytest.raises(DBAPIError, match="never changes"):
        async with documents.database.begin() as uow:
            await uow.session.execute(text("UPDATE edition SET pages = 99"))


async def test_a_cer_that_is_too_long_fails_with_its_code(documents: Documents) -> None:
    objective = build.OBJECTIVE.model_copy(update={"person_does": "a" * 20_000, "referent_does": "b" * 20_000})
    sealed: Sealed[CerContent] = Sealed(token=documents.keys.seal(build.content(objectives=(objective,) * 15)))
    # Too large for a topic as well: the order is placed where a worker finds it.
    await place(documents, Order.to_sign(build.ready_to_sign(content=sealed)))
    assert await documents.work() == 1
    failed = await documents.failed()
    assert (failed.code, failed.kind, failed.attempt) == ("too-large", "cer_sans_decision", 1)


async def test_a_cer_older_than_the_texts_fails(documents: Documents) -> None:
    old = seal(build.content(date_signature=date(2001, 1, 1), date_debut=date(2001, 2, 1)))
    assert await documents.hear(build.ready_to_sign(content=old)) == "done"
    await documents.work()
    assert (await documents.failed()).code == "render-failed"


class Spoilt:
    """A renderer whose process ends badly a number of times, as a real one can."""

    def __init__(self, error: Exception, times: int, then: Any) -> None:
        self.error, self.times, self.then = error, times, then

    async def render(self, template: str, data: Mapping[str, Any], *, batch: bool = False) -> RenderedPdf:
        if self.times:
            self.times -= 1
            raise self.error
        pdf: RenderedPdf = await self.then.render(template, data)
        return pdf


def spoil(documents: Documents, pool: Any, error: Exception, times: int) -> None:
    """Makes the worker meet these errors first."""
    studio = Studio(
        keys=documents.app.state.keys,
        renderer=Spoilt(error, times, pool),
        files=documents.files,
        letterhead=build.LETTERHEAD,
        clock=SystemClock(),
        editions_of=lambda uow: SqlEditions(uow.session),
        database=documents.database,
        texts_of=SqlLegalTexts,
    )
    documents.workers = tuple(
        Worker(documents.database, kind, studio.render, on_give_up=studio.give_up) for kind in (KIND, LATER)
    )


async def due_now(documents: Documents) -> None:
    """Brings forward what waits for its next try."""
    async with documents.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET available_at = now() WHERE status = 'ready'"))


async def place(documents: Documents, order: Order) -> None:
    """Adds an order's work row, its blocks sealed."""
    sealed: dict[str, Sealed[Any]] = {
        name: Sealed(token=documents.keys.seal(getattr(order, name).block)) for name in ("identity", "referent")
    }
    payload = order.model_copy(update=sealed).model_dump_json()
    async with documents.database.begin() as uow:
        await uow.session.execute(
            text("INSERT INTO work (id, kind, payload) VALUES (:id, 'render', cast(:payload AS jsonb))"),
            {"id": order.edition_id, "payload": payload},
        )


async def test_a_crash_is_tried_once_more(documents: Documents, pool: Any) -> None:
    spoil(documents, pool, RenderCrashed("mort"), times=1)
    assert await documents.hear(build.ready_to_sign()) == "done"
    assert await documents.work() == 1
    assert await documents.told() == []
    await due_now(documents)
    await documents.work()
    (told,) = await documents.told()
    assert isinstance(told, EditionRendered)


async def test_a_document_that_crashes_twice_has_failed(documents: Documents, pool: Any) -> None:
    spoil(documents, pool, RenderCrashed("mort"), times=2)
    assert await documents.hear(build.ready_to_sign()) == "done"
    for _ in range(2):
        await due_now(documents)
        await documents.work()
    assert (await documents.failed()).code == "render-failed"


async def test_a_render_that_is_too_long_has_failed_at_once(documents: Documents, pool: Any) -> None:
    spoil(documents, pool, RenderTimeout("trop long"), times=1)
    assert await documents.hear(build.submitted()) == "done"
    await documents.work()
    failed = await documents.failed()
    assert (failed.code, failed.submission) == ("render-timeout", 1)


async def test_an_outage_is_waited_out_and_then_told(documents: Documents, pool: Any) -> None:
    spoil(documents, pool, OSError("object store away"), times=UNFORESEEN_TRIES)
    assert await documents.hear(build.ready_to_sign()) == "done"
    for _ in range(UNFORESEEN_TRIES - 1):
        await documents.work()
        assert await documents.told() == []
        await due_now(documents)
    await documents.work()
    assert (await documents.failed()).code == "render-failed"


async def test_a_worker_that_dies_between_file_and_row_leaves_nothing_twice(documents: Documents) -> None:
    """The file is stored, the row is not: the lease runs out, and the next worker stores the same bytes."""
    assert await documents.hear(build.ready_to_sign()) == "done"
    told_twice: list[list[Event]] = []
    for _ in range(2):
        await documents.work()
        async with documents.database.begin() as uow:
            if not told_twice:
                await uow.session.execute(text("DELETE FROM edition"))
                await uow.session.execute(text("DELETE FROM outbox"))
                await uow.session.execute(
                    text("UPDATE work SET status = 'leased', leased_until = now() - interval '1 second'")
                )
        told_twice.append(await documents.told())
    assert [len(told) for told in told_twice] == [0, 1]


async def test_an_edition_that_is_known_is_not_told_again(documents: Documents) -> None:
    told = await documents.made(build.ready_to_sign())
    order = Order.to_sign(build.ready_to_sign())
    late = Edition(replace_blocks(order, told), SystemClock().now(), failure="render-failed")
    async with documents.database.begin() as uow:
        assert await SqlEditions(uow.session).add(late) is False


def replace_blocks(order: Order, told: EditionRendered) -> Order:
    return order.model_copy(update={"identity": told.identity, "referent": told.referent})
