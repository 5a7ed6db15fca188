"""Print batches: many editions in one PDF, in the order of names, whatever becomes of one of them or of the worker."""

import asyncio
import json
import re
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from sqlalchemy import text

from services.documents.application.commands.printing import PRINT
from services.documents.entrypoints.consumers import FORGETTING
from shared.events.contracts import DossierErased
from shared.events.sealed import seal
from shared.kernel.ids import new_id
from shared.messaging import work_rows
from shared.objects.store import name_in
from shared.security.principal import Role
from tests.builders import documents as build
from tests.builders import events
from tests.builders.events import TERRITORY, sample
from tests.integration.documents.conftest import Documents
from tests.tools.pdf import texts_of
from tests.tools.verapdf import check

pytestmark = pytest.mark.integration

# Made in this order; printed in the other.
NAMES = ("Zola", "Étienne", "Eve")


async def made(documents: Documents, name: str, dossier_id: UUID | None = None) -> str:
    """The id of an edition of somebody of this name."""
    who = seal(events.identity(nom_naissance=name, nom_usage=None))
    told = await documents.made(build.ready_to_sign(cer_id=new_id(), dossier_id=dossier_id or new_id(), identity=who))
    return str(told.edition_id)


async def ask(documents: Documents, ids: list[str], role: Role = Role.SERVICE_INSERTION, **said: Any) -> Any:
    headers = documents.issuer.headers(role, territory=TERRITORY) | {"Idempotency-Key": str(new_id())}
    return await documents.client.post("/print-batches", json={"edition_ids": ids, **said}, headers=headers)


async def content(documents: Documents, batch: str) -> bytes:
    answer = await documents.get(f"/print-batches/{batch}/content")
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_a_batch_is_one_pdf_in_the_order_of_names(documents: Documents, tmp_path: Path) -> None:
    ids = [await made(documents, name) for name in NAMES]
    asked = await ask(documents, ids, title="Courriers du 2 mars")
    assert (asked.status_code, asked.json()["state"], asked.json()["done"]) == (201, "en_cours", 0)
    batch = asked.json()["id"]
    early = await documents.get(f"/print-batches/{batch}/content")
    assert (early.status_code, early.json()["type"]) == (409, "urn:cer:problem:print-batch-not-ready")

    await documents.work()

    view = (await documents.get(f"/print-batches/{batch}")).json()
    assert (view["state"], view["editions"], view["done"], view["lost"], view["pages"]) == ("pret", 3, 3, [], 8)
    pdf = await content(documents, batch)
    pages = texts_of(pdf)
    assert len(pages) == 8
    first, second, *others = pages
    assert 0 < first.index("Étienne") < first.index("Eve")
    assert re.findall(r"sans décision (\d+)", first + second) == ["3", "5", "7"]
    assert "Zola" in second
    assert [name in page for name, page in zip(("Étienne", "Eve", "Zola"), others[::2], strict=True)] == [True] * 3
    (tmp_path / "batch.pdf").write_bytes(pdf)
    assert check(tmp_path / "batch.pdf") == []
    with pikepdf.open(BytesIO(pdf)) as opened, opened.open_outline() as outline:
        assert [item.title.split()[0] for item in outline.root] == ["Liste", "Étienne", "Eve", "Zola"]


async def test_printed_on_both_sides_each_edition_begins_where_the_list_says(documents: Documents) -> None:
    ids = [await made(documents, name) for name in NAMES[:2]]
    batch = (await ask(documents, ids, recto_verso=True)).json()["id"]

    await documents.work()

    first, *others = texts_of(await content(documents, batch))
    assert (await documents.get(f"/print-batches/{batch}")).json()["pages"] == 6
    assert others[0] == ""
    numbers = [int(number) for number in re.findall(r"sans décision (\d+)", first)]
    assert numbers == [3, 5]
    assert all(name in others[number - 2] for name, number in zip(("Étienne", "Zola"), numbers, strict=True))


@pytest.mark.parametrize("said", [{"title": " \n"}, {"title": "x" * 121}, {"kind": "cer_vierge"}, {"edition_ids": "x"}])
async def test_what_cannot_be_read_is_refused(documents: Documents, said: dict[str, Any]) -> None:
    assert (await ask(documents, [str(new_id())], **said)).status_code == 422


async def test_a_batch_that_is_asked_for_twice_is_one(documents: Documents) -> None:
    body = {"edition_ids": [await made(documents, "Zola")]}
    headers = documents.issuer.headers(Role.SERVICE_INSERTION) | {"Idempotency-Key": "once"}
    answers = [await documents.client.post("/print-batches", json=body, headers=headers) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_one_poison_letter_is_listed_and_the_others_are_printed(documents: Documents) -> None:
    good, gone = [await made(documents, name) for name in ("Zola", "Absent")]
    spoilt = str(new_id())
    garbage = await documents.files.put("editions/garbage.pdf", b"%PDF-1.7 nothing of the kind")
    async with documents.database.begin() as uow:
        uri = await uow.session.scalar(text("SELECT uri FROM edition WHERE id = :id"), {"id": gone})
        await documents.files.delete(name_in(str(uri)))
        await uow.session.execute(
            text(
                "INSERT INTO edition SELECT (json_populate_record(edition, cast(:new AS json))).* FROM edition "
                "WHERE id = :id"
            ),
            {"id": good, "new": json.dumps({"id": spoilt, **garbage.model_dump()})},
        )
    batch = (await ask(documents, [gone, spoilt, good])).json()["id"]

    await documents.work()

    view = (await documents.get(f"/print-batches/{batch}")).json()
    assert view["state"] == "pret"
    assert {one["edition_id"]: one["code"] for one in view["lost"]} == {gone: "object-missing", spoilt: "unreadable"}
    first, second, *others = texts_of(await content(documents, batch))
    assert "Documents qui manquent" in first
    assert "fichier introuvable" in first
    assert "fichier illisible" in first
    assert "Documents imprimés" in second
    assert len(others) == 2


async def test_a_worker_killed_at_any_step_costs_that_step(documents: Documents) -> None:
    ids = [await made(documents, name) for name in NAMES]
    batch = (await ask(documents, ids)).json()["id"]
    steps = 0
    # Each row is taken by a worker that never comes back, before another does it.
    while await work_rows.take(documents.database, PRINT, 0.0) is not None:
        assert await documents.workers[-1].work_once()
        steps += 1
    assert steps == 4  # plan, two parts, join
    assert len(texts_of(await content(documents, batch))) == 8


async def lease_left(documents: Documents) -> float | None:
    """For how many seconds the step in hand is held; none while no step is."""
    left = "SELECT extract(epoch FROM leased_until - clock_timestamp()) FROM work WHERE status = 'leased'"
    async with documents.database.read() as session:
        found: float | None = (await session.execute(text(left))).scalar_one_or_none()
        return found


async def test_what_a_killed_worker_had_in_hand_goes_on_within_the_minute(documents: Documents) -> None:
    batch = (await ask(documents, [await made(documents, "Zola")])).json()["id"]
    worker = documents.workers[-1]
    async with documents.database.begin() as uow:
        # The step cannot end before its worker does.
        await uow.session.execute(text("SELECT FROM print_batch FOR UPDATE"))
        dying = asyncio.create_task(worker.work_once())
        while (left := await lease_left(documents)) is None:
            await asyncio.sleep(0)
        dying.cancel()
        with suppress(asyncio.CancelledError):
            await dying

    assert 0 < left <= 60
    assert not await worker.work_once()
    async with documents.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET leased_until = now() - interval '1 second'"))
    assert [await worker.work_once() for _ in range(4)] == [True, True, True, False]
    assert len(texts_of(await content(documents, batch))) == 3


async def test_a_batch_is_of_who_ordered_it_and_of_editions_that_they_may_read(documents: Documents) -> None:
    edition = await made(documents, "Zola")
    for role in (Role.SECRETARIAT, Role.ADMIN, Role.COMMISSION, Role.PARTNER):
        assert (await ask(documents, [edition], role)).status_code == 403
    elsewhere = documents.issuer.headers(Role.REFERENT, territory="privas") | {"Idempotency-Key": "elsewhere"}
    refused = await documents.client.post("/print-batches", json={"edition_ids": [edition]}, headers=elsewhere)
    assert refused.status_code in {403, 404}
    for ids in ([], [edition, edition], [str(new_id())], [str(new_id()) for _ in range(3001)]):
        assert (await ask(documents, ids)).status_code == 422
    batch = (await ask(documents, [edition])).json()["id"]
    await documents.work()
    other = documents.issuer.headers(Role.SERVICE_INSERTION, sub="agent-other")
    for path in (f"/print-batches/{batch}", f"/print-batches/{batch}/content"):
        refused = await documents.client.get(path, headers=other)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:cer:problem:print-batch-of-another-agent")


async def test_an_agent_lists_the_batches_that_they_ordered_newest_first(documents: Documents) -> None:
    editions = [await made(documents, name) for name in NAMES[:2]]
    asked = [(await ask(documents, editions[: 1 + number % 2], title=f"Lot {number}")).json() for number in range(3)]
    await documents.work()
    asked.append((await ask(documents, editions, title="Lot 3")).json())
    other = documents.issuer.headers(Role.SERVICE_INSERTION, sub="agent-other")
    assert (await documents.client.get("/print-batches", headers=other)).json() == {"batches": [], "next": None}

    page = (await documents.get("/print-batches?limit=3")).json()
    assert [line["title"] for line in page["batches"]] == ["Lot 3", "Lot 2", "Lot 1"]
    assert [(line["state"], line["editions"], line["done"]) for line in page["batches"]] == [
        ("en_cours", 2, 0), ("pret", 1, 1), ("pret", 2, 2),
    ]  # fmt: skip
    last = (await documents.get(f"/print-batches?limit=3&cursor={page['next']}")).json()
    assert ([line["id"] for line in last["batches"]], last["next"]) == ([asked[0]["id"]], None)
    ready = (await documents.get("/print-batches?state=pret")).json()["batches"]
    assert [line["title"] for line in ready] == ["Lot 2", "Lot 1", "Lot 0"]
    detail = (await documents.get(f"/print-batches/{asked[1]['id']}")).json()
    assert ready[1] == detail | {"lost": 0}
    assert (await documents.get("/print-batches?state=echoue&state=en_cours")).json()["batches"] == page["batches"][:1]

    for query in ("cursor=odd", "state=imprime", "limit=0", "territory=aubenas"):
        assert (await documents.get(f"/print-batches?{query}")).status_code == 422
    for role in (Role.SECRETARIAT, Role.ADMIN, Role.COMMISSION, Role.PARTNER):
        headers = documents.issuer.headers(role, territory=TERRITORY)
        assert (await documents.client.get("/print-batches", headers=headers)).status_code == 403


async def test_a_batch_goes_with_any_person_of_it_and_after_its_days(documents: Documents) -> None:
    dossier_id = new_id()
    ids = [await made(documents, "Zola", dossier_id), await made(documents, "Eve")]
    first, second = [(await ask(documents, some)).json()["id"] for some in (ids, ids[1:])]
    await documents.work()
    erased = sample(DossierErased).model_copy(update={"dossier_id": dossier_id, "cer_ids": ()})
    assert await documents.hear(erased) == "done"
    await FORGETTING.worker(documents.database, documents.files).work_once()

    assert (await documents.get(f"/print-batches/{first}")).status_code == 404
    assert len(texts_of(await content(documents, second))) == 3
    async with documents.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET available_at = now() WHERE status = 'ready'"))
    await documents.work()

    assert (await documents.get(f"/print-batches/{second}")).status_code == 404
    assert [one async for some in documents.files.listed("batches") for one in some] == []
