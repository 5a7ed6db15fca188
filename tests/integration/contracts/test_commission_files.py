"""A commission's member reads the CERs that were opened to them, and their dossiers: nothing before, beside, after."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contracts.domain.files.model import Kind
from shared.events.sessions import CommissionFileEvent, FileClosedToCommission, FileOpenedToCommission
from shared.kernel.ids import derived_id, new_id
from shared.security.principal import Role
from tests.builders import files as a
from tests.builders.audit import entries
from tests.builders.events import sample
from tests.integration.contracts.conftest import Contracts
from tests.integration.contracts.filing import Filing
from tests.integration.contracts.test_erasure import erased

pytestmark = pytest.mark.integration

MEMBER = "member-1"
OTHER_SESSION = UUID("01980000-0000-7000-8000-0000000000b9")


def told(
    contracts: Contracts, cer: dict[str, Any], event: type[CommissionFileEvent], version: int, **changes: Any
) -> Any:
    """What validation tells of this CER's file at a version of the session."""
    ids = {"cer_id": UUID(cer["id"]), "dossier_id": UUID(cer["dossier_id"])}
    session = {"file_id": derived_id("file", changes.get("session_id"), cer["id"]), "members": (MEMBER,)}
    until = {"until": contracts.clock.now() + timedelta(days=30)}
    return sample(event, aggregate_version=version, **{**ids, **session, **until, **changes})


async def reads(contracts: Contracts, cer: dict[str, Any], subject: str = MEMBER) -> bool:
    """Whether a member reads the CER and its dossier: both or none."""
    paths = (f"/cers/{cer['id']}", f"/dossiers/{cer['dossier_id']}")
    statuses = [(await contracts.get(path, Role.COMMISSION, subject=subject)).status_code for path in paths]
    assert statuses in ([200, 200], [404, 404])
    return statuses[0] == 200


async def test_a_member_reads_exactly_the_files_that_are_open_and_each_read_is_in_the_audit(
    contracts: Contracts,
) -> None:
    cer = await contracts.cer()
    other = await contracts.cer({"id": cer["dossier_id"]}, numero=9)
    assert not await reads(contracts, cer)

    assert await contracts.hear(told(contracts, cer, FileOpenedToCommission, 4)) == "done"

    assert await reads(contracts, cer)
    assert not await reads(contracts, cer, "member-2")
    beside = await contracts.get(f"/cers/{other['id']}", Role.COMMISSION, subject=MEMBER)
    assert beside.status_code == 404
    left = [one.record for one in await entries(contracts.database) if one.record.actor == MEMBER]
    assert [(one.operation, one.outcome) for one in left] == [
        ("read-cer", "not-found"),
        ("read-dossier", "not-found"),
        ("read-cer", "ok"),
        ("read-dossier", "ok"),
        ("read-cer", "not-found"),
    ]
    assert {one.dossiers for one in left} == {(UUID(cer["dossier_id"]),)}


async def test_a_member_reads_the_texts_not_the_note_nor_the_decision_nor_anything_beside(contracts: Contracts) -> None:
    cer = await contracts.cer(note="À voir ensemble.")
    await contracts.hear(told(contracts, cer, FileOpenedToCommission, 4))

    seen = (await contracts.get(f"/cers/{cer['id']}", Role.COMMISSION, subject=MEMBER)).json()

    assert (seen["texts_hidden"], seen["note"], seen["decision"]) == (False, None, None)
    assert seen["situation"]
    beside = (
        f"/cers/{cer['id']}/history",
        f"/cers/{cer['id']}/revisions",
        f"/dossiers/{cer['dossier_id']}/cers",
        f"/dossiers/{cer['dossier_id']}/history",
        "/dossiers",
        "/cers",
    )
    statuses = {path: (await contracts.get(path, Role.COMMISSION, subject=MEMBER)).status_code for path in beside}
    assert statuses == dict.fromkeys(beside, 403)


async def test_a_member_opens_the_pieces_of_the_cer_that_is_examined_and_no_other(contracts: Contracts) -> None:
    cer, filing = await contracts.cer(), Filing(contracts)
    dossier = {"id": cer["dossier_id"]}
    other = await contracts.cer(dossier, numero=9)
    examined = await filing.available(dossier, kind=Kind.JUSTIFICATIF, cer_id=cer["id"])
    card = await filing.available(dossier, kind=Kind.IDENTITE, cer_id=cer["id"])
    elsewhere = [
        await filing.available(dossier, kind=Kind.JUSTIFICATIF),
        await filing.available(dossier, kind=Kind.JUSTIFICATIF, cer_id=other["id"]),
    ]
    path = f"/dossiers/{cer['dossier_id']}/files"
    assert (await contracts.get(path, Role.COMMISSION, subject=MEMBER)).status_code == 404
    await contracts.hear(told(contracts, cer, FileOpenedToCommission, 4))

    listed = (await contracts.get(path, Role.COMMISSION, subject=MEMBER)).json()["files"]

    assert [(one["id"], one["opens"]) for one in listed] == [(examined["id"], True), (card["id"], False)]
    assert (await filing.open(examined, Role.COMMISSION, subject=MEMBER)).status_code == 200
    assert (await filing.open(card, Role.COMMISSION, subject=MEMBER)).json()["type"] == "urn:cer:problem:forbidden"
    assert (await filing.open(examined, Role.COMMISSION, subject="member-2")).status_code == 404
    for one in elsewhere:
        for of_it in ("", "/content"):
            answer = await contracts.get(f"/files/{one['id']}{of_it}", Role.COMMISSION, subject=MEMBER)
            assert answer.status_code == 404
    refused = await filing.upload(dossier, a.pdf(), Kind.JUSTIFICATIF, role=Role.COMMISSION, subject=MEMBER)
    assert refused.status_code == 403

    await contracts.hear(told(contracts, cer, FileClosedToCommission, 7))
    assert (await contracts.get(path, Role.COMMISSION, subject=MEMBER)).status_code == 404
    assert (await filing.open(examined, Role.COMMISSION, subject=MEMBER)).status_code == 404


async def test_late_twice_and_out_of_order_the_highest_version_holds(contracts: Contracts) -> None:
    cer = await contracts.cer()
    opened, event_id = told(contracts, cer, FileOpenedToCommission, 4), new_id()
    assert await contracts.hear(opened, event_id) == "done"
    assert await contracts.hear(opened, event_id) == "seen"
    assert await contracts.hear(told(contracts, cer, FileClosedToCommission, 7)) == "done"
    assert not await reads(contracts, cer)
    # Members who were changed before the closing, heard of after it; and the same version again.
    assert await contracts.hear(told(contracts, cer, FileOpenedToCommission, 6)) == "stale"
    assert await contracts.hear(told(contracts, cer, FileOpenedToCommission, 7)) == "stale"
    assert not await reads(contracts, cer)

    other = {"session_id": OTHER_SESSION}
    assert await contracts.hear(told(contracts, cer, FileOpenedToCommission, 2, **other)) == "done"
    assert await contracts.hear(told(contracts, cer, FileClosedToCommission, 8)) == "done"
    assert await reads(contracts, cer)
    assert (
        await contracts.hear(told(contracts, cer, FileOpenedToCommission, 3, members=("member-2",), **other)) == "done"
    )
    assert not await reads(contracts, cer)
    assert await reads(contracts, cer, "member-2")


async def test_a_file_that_nobody_closes_is_read_no_more_after_its_day(
    contracts: Contracts,
) -> None:
    cer = await contracts.cer()
    until = contracts.clock.now() + timedelta(minutes=1)
    await contracts.hear(told(contracts, cer, FileOpenedToCommission, 4, until=until))
    assert await reads(contracts, cer)
    contracts.clock.instant = until
    assert not await reads(contracts, cer)
    assert await contracts.scalar("SELECT count(*) FROM commission_file") == 1


async def test_an_erased_person_leaves_no_file_of_a_session(contracts: Contracts) -> None:
    cer = await contracts.cer()
    # As told before a merge: of the dossier that was absorbed.
    await contracts.hear(told(contracts, cer, FileOpenedToCommission, 4, dossier_id=new_id()))

    await erased(contracts, cer["dossier_id"])

    assert await contracts.scalar("SELECT count(*) FROM commission_file") == 0
    assert await contracts.hear(told(contracts, cer, FileOpenedToCommission, 5)) == "erased"
