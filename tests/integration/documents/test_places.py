"""Editions follow their dossier: to another territory or référent, into the dossier that it becomes part of."""

from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.events.contracts import DossierChanged, DossierErased, DossierMerged, DossierSnapshot
from shared.events.envelope import Event
from shared.security.principal import Role
from tests.builders import documents as build
from tests.builders.events import CER_ID, DOSSIER_ID, REFERENT_ID, TERRITORY, sample
from tests.integration.documents.conftest import Documents

pytestmark = pytest.mark.integration

SURVIVOR = UUID("01980000-0000-7000-8000-0000000000d2")
LAST = UUID("01980000-0000-7000-8000-0000000000d3")
NEW = "referent-tanargue"


def moved(territory: str, version: int = 3, dossier_id: UUID = DOSSIER_ID, **changes: Any) -> DossierChanged:
    told = {"changed": ("territory",), "referent_id": NEW} | changes
    return sample(DossierChanged, aggregate_version=version, dossier_id=dossier_id, territory=territory, **told)


def merged(into: UUID, version: int = 4, dossier_id: UUID = DOSSIER_ID) -> DossierMerged:
    return sample(DossierMerged, aggregate_version=version, dossier_id=dossier_id, into=into)


async def place(documents: Documents) -> tuple[str, str | None]:
    """Where the only edition stands."""
    async with documents.database.read() as session:
        row = (await session.execute(text("SELECT territory, referent_id FROM edition"))).one()
        return row.territory, row.referent_id


async def seen_by(documents: Documents, subject: str, territory: str) -> bool:
    headers = documents.issuer.headers(Role.REFERENT, subject, territory=territory)
    answer = await documents.client.get(f"/editions?cer_id={CER_ID}", headers=headers)
    return bool(answer.json()["editions"])


async def test_who_accompanies_the_person_now_reads_what_was_made_before_and_who_did_no_longer(
    documents: Documents,
) -> None:

    await documents.made(build.ready_to_sign())
    assert await seen_by(documents, REFERENT_ID, "ailleurs")

    assert await documents.hear(moved("privas")) == "done"

    assert await seen_by(documents, NEW, "ailleurs")
    assert await seen_by(documents, "a-colleague", "privas")
    assert not await seen_by(documents, REFERENT_ID, "ailleurs")
    assert not await seen_by(documents, "a-colleague", TERRITORY)


async def test_an_edition_ordered_before_the_move_and_made_after_it_stands_where_the_dossier_is(
    documents: Documents,
) -> None:
    assert await documents.hear(build.ready_to_sign()) == "done"
    await documents.hear(moved("privas"))
    await documents.work()

    assert await place(documents) == ("privas", NEW)


async def test_what_changes_nothing_of_the_place_and_what_is_older_move_nothing(documents: Documents) -> None:
    await documents.made(build.ready_to_sign())
    await documents.hear(moved("privas", version=5, changed=("telephone",)))
    assert await place(documents) == (TERRITORY, REFERENT_ID)

    await documents.hear(moved("privas", version=5))
    await documents.hear(moved("aubenas", version=4))
    assert await place(documents) == ("privas", NEW)


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_a_merged_dossier_stands_where_the_one_that_is_left_does_whatever_order_is_heard(
    documents: Documents, order: tuple[int, ...]
) -> None:
    await documents.made(build.ready_to_sign())
    events: list[Event] = [
        merged(SURVIVOR),
        merged(LAST, dossier_id=SURVIVOR),
        moved("privas", dossier_id=LAST, changed=("merged",)),
    ]
    for number in order:
        assert await documents.hear(events[number]) == "done"

    assert await place(documents) == ("privas", NEW)
    await documents.hear(moved("aubenas", version=9, dossier_id=LAST))
    assert await place(documents) == ("aubenas", NEW)


async def test_a_republish_tells_it_again_after_a_loss(documents: Documents) -> None:
    await documents.made(build.ready_to_sign())
    told = sample(DossierSnapshot, aggregate_version=7, territory="privas", referent_id=None)

    assert await documents.hear(told) == "done"

    assert await place(documents) == ("privas", None)


async def test_nothing_of_it_is_left_of_an_erased_person(documents: Documents) -> None:
    await documents.hear(moved("privas"))
    await documents.hear(sample(DossierErased))

    async with documents.database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM dossier_place")) == 0
