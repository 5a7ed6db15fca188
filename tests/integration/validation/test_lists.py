"""Lists of the admin in validation: the kinds of commission that can be asked, the ranks that order the worklist."""

from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.events.reference import DatedLabel, ListChanged, ListEntry
from shared.events.validation import CerSentToCommission
from shared.security.principal import Role
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration

SINCE = date(2020, 1, 1)


def told(list_id: str, version: int, **entries: dict[str, Any]) -> ListChanged:
    """A list at a version; each entry by its code, with what is not ordinary of it."""
    ordinary = {"usable_from": SINCE, "usable_until": None, "rank": None}
    return ListChanged(
        aggregate_version=version,
        list_id=list_id,
        entries=tuple(
            ListEntry(id=code, labels=(DatedLabel(since=SINCE, label=code.upper()),), **(ordinary | changes))
            for code, changes in entries.items()
        ),
    )


async def send(validation: Validation, study: dict[str, Any], kind: str) -> httpx.Response:
    path = f"/studies/{study['id']}/commission"
    return await validation.post(path, {"kind": kind}, Role.SERVICE_INSERTION, If_Match=f'"{study["version"]}"')


@pytest.mark.parametrize("kind", ["ep", "gei", "gad", "gecl", "commission_locale"])
async def test_the_shipped_kinds_are_there_before_any_list_is_told(validation: Validation, kind: str) -> None:
    study = await validation.open_study()

    assert (await send(validation, study, kind)).status_code == 200


async def test_a_kind_that_the_admin_adds_can_be_asked_and_is_told(validation: Validation) -> None:
    study = await validation.open_study()
    refused = await send(validation, study, "conseil_local")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:cer:problem:unknown-commission-kind")

    assert await validation.hear(told("commission-kinds", 2, ep={}, conseil_local={})) == "done"

    assert (await send(validation, study, "conseil_local")).status_code == 200
    assert (await validation.get(f"/studies/{study['id']}")).json()["commission_kind"] == "conseil_local"
    (event,) = (one for one in await validation.told() if isinstance(one, CerSentToCommission))
    assert event.commission_kind == "conseil_local"


async def test_a_withdrawn_kind_is_refused_and_the_study_that_holds_it_goes_on(validation: Validation) -> None:
    before = await validation.open_study(cer_id=uuid4())
    held = (await send(validation, before, "gad")).json()
    after = await validation.open_study(cer_id=uuid4())
    await validation.hear(told("commission-kinds", 2, ep={}, gad={"usable_until": date(2020, 12, 31)}))

    refused = await send(validation, after, "gad")

    assert (refused.status_code, refused.json()["type"]) == (422, "urn:cer:problem:commission-kind-not-usable")
    assert "GAD" in refused.json()["detail"]
    path, seen = f"/studies/{held['id']}/opinion", f'"{held["version"]}"'
    given = await validation.post(path, {"opinion": "favorable"}, Role.SERVICE_INSERTION, If_Match=seen)
    assert given.status_code == 200


async def test_an_older_list_that_comes_later_changes_nothing_and_others_are_not_kept(validation: Validation) -> None:
    assert await validation.hear(told("commission-kinds", 3, ep={})) == "done"

    assert await validation.hear(told("commission-kinds", 2, gad={})) == "stale"
    assert await validation.hear(told("commission-kinds", 3, gad={})) == "stale"
    assert await validation.hear(told("themes", 9, emploi={})) == "stale"
    assert (await send(validation, await validation.open_study(), "gad")).status_code == 422


async def test_ranks_that_the_admin_changes_move_the_studies_that_wait_and_those_to_come(
    validation: Validation,
) -> None:
    urgent = await validation.open_study(cer_id=uuid4(), priority="urgente", priority_rank=10)
    ordinary = await validation.open_study(cer_id=uuid4(), priority="normale", priority_rank=100)

    await validation.hear(told("priorities", 2, urgente={"rank": 50}, normale={"rank": 5}))
    # Submitted before contracts knew of the new rank, and heard after it.
    late = await validation.open_study(cer_id=uuid4(), priority="normale", priority_rank=100)

    listed = [one["id"] for one in (await validation.get("/studies")).json()["studies"]]
    assert set(listed[:2]) == {ordinary["id"], late["id"]}
    assert listed[2] == urgent["id"]
