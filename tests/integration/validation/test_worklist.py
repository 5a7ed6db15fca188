"""The worklist: order, filters, pages, and who may see it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.http.cursors import cursor_of
from shared.kernel.ids import derived_id
from shared.security.principal import Role
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration

# (name, changes), in the order in which the worklist must show them.
SUBMISSIONS: list[tuple[str, dict[str, Any]]] = [
    ("refused by the person", {"accord": "non", "submitted_at": datetime(2026, 3, 9, tzinfo=UTC)}),
    ("urgent", {"priority": "urgente", "submitted_at": datetime(2026, 3, 10, tzinfo=UTC)}),
    ("suspended", {"priority": "suspension_en_cours", "submitted_at": datetime(2026, 3, 2, tzinfo=UTC)}),
    ("sensitive", {"priority": "situation_sensible", "territory": "privas"}),
    ("of the admin's list", {"priority": "locale"}),
    ("ordinary, older", {"submitted_at": datetime(2026, 3, 1, tzinfo=UTC), "requests": ("ep",)}),
    ("ordinary, newer", {"submitted_at": datetime(2026, 3, 3, tzinfo=UTC), "referent_id": "agent-autre"}),
]  # fmt: skip


def cer_of(name: str) -> UUID:
    return derived_id("test", name)


@pytest.fixture
async def full(validation: Validation) -> Validation:
    """A worklist filled in an order that is not its own."""
    for name, changes in reversed(SUBMISSIONS):
        assert await validation.hear(validation.submission(cer_id=cer_of(name), **changes)) == "done"
    return validation


async def names(validation: Validation, query: str = "") -> list[str]:
    """The submissions that the worklist shows, in its order."""
    known = {str(cer_of(name)): name for name, _ in SUBMISSIONS}
    answer = await validation.get(f"/studies{query}")
    assert answer.status_code == 200, answer.text
    return [known[line["cer_id"]] for line in answer.json()["studies"]]


async def test_refused_first_then_priority_then_age(full: Validation) -> None:
    assert await names(full) == [name for name, _ in SUBMISSIONS]


async def test_pages_follow_one_another_without_loss(full: Validation) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await full.get(f"/studies?limit=2{cursor}")).json()
        seen += [line["cer_id"] for line in page["studies"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [str(cer_of(name)) for name, _ in SUBMISSIONS]


SOME_ID = "01980000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "bm90LWpzb24=",
        "WzEsMl0=",
        # Places that no row can have: a rank beyond a column's, an instant without its zone.
        cursor_of((1, 10**12, "2026-03-02T00:00:00Z", SOME_ID)),
        cursor_of((1, 10, "2026-03-02T00:00:00", SOME_ID)),
    ],
)
async def test_a_cursor_that_is_not_ours_is_refused(full: Validation, cursor: str) -> None:
    answer = await full.get(f"/studies?cursor={cursor}")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:cer:problem:invalid")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?territory=privas", ["sensitive"]),
        ("?accord=non", ["refused by the person"]),
        ("?demande=ep", ["ordinary, older"]),
        ("?referent_id=agent-autre", ["ordinary, newer"]),
        ("?state=en_commission", []),
        (f"?cer_id={cer_of('urgent')}", ["urgent"]),
        ("?priority=locale", ["of the admin's list"]),
        ("?state=a_orienter&accord=oui&territory=privas", ["sensitive"]),
    ],
)
async def test_filters(full: Validation, query: str, expected: list[str]) -> None:
    assert await names(full, query) == expected


async def test_studies_are_counted_by_what_they_can_be_filtered_by(full: Validation) -> None:
    counts = (await full.get("/studies/counts")).json()

    assert counts["total"] == counts["unassigned"] == len(SUBMISSIONS)
    assert (counts["by_state"], counts["by_accord"]) == ({"a_orienter": 7}, {"oui": 6, "non": 1})
    assert (counts["by_demande"]["ep"], counts["by_referent"]["agent-autre"]) == (1, 1)
    assert (counts["by_territory"]["privas"], counts["by_priority"]["urgente"]) == (1, 1)
    assert (counts["by_commission_kind"], counts["by_in_charge"]) == ({}, {})
    few = (await full.get("/studies/counts?accord=non")).json()
    assert (few["total"], few["by_priority"]) == (1, {"normale": 1})
    assert (await full.get("/studies/counts?accord=autre")).json()["total"] == 0


async def test_a_decided_study_leaves_the_worklist_and_stays_findable(validation: Validation) -> None:
    study = await validation.waiting_for_decision()
    assert (await validation.get("/studies?state=attente_decision")).json()["studies"] != []
    await validation.post(
        f"/studies/{study['id']}/decision",
        {"outcome": "valide"},
        Role.CHEF_DE_SERVICE,
        If_Match=f'"{study["version"]}"',
    )
    assert (await validation.get("/studies")).json()["studies"] == []
    (found,) = (await validation.get(f"/studies?cer_id={study['cer_id']}")).json()["studies"]
    assert found["state"] == "decide"


@pytest.mark.parametrize("role", list(Role))
async def test_only_the_service_and_its_head_see_studies(validation: Validation, role: Role) -> None:
    study = await validation.open_study()
    expected = 200 if role in {Role.SERVICE_INSERTION, Role.CHEF_DE_SERVICE} else 403
    assert (await validation.get("/studies", role)).status_code == expected
    assert (await validation.get(f"/studies/{study['id']}", role)).status_code == expected


async def test_an_unknown_study_is_a_clear_problem(validation: Validation) -> None:
    answer = await validation.get(f"/studies/{cer_of('nobody')}")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:cer:problem:not-found")


async def test_nobody_comes_in_without_a_token(validation: Validation) -> None:
    answer = await validation.client.get("/studies")
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:cer:problem:not-authenticated")
