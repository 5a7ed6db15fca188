"""Pièces jointes over HTTP: who adds, sees, opens and deletes what, and what is sent back."""

import asyncio

import pytest

from services.contracts.domain.files.model import Kind
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.builders import files as a
from tests.integration.contracts.conftest import Contracts
from tests.integration.contracts.filing import Filing

pytestmark = pytest.mark.integration


@pytest.fixture
def filing(contracts: Contracts) -> Filing:
    return Filing(contracts)


async def test_a_scan_is_added_analysed_then_opened(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    answer = await filing.upload(
        dossier, a.pdf(), Kind.DEMANDE_DIAGNOSTIC, diagnostic="formation", title="Demande signée — été"
    )
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    file = answer.json()
    assert file["state"] == "en_analyse"
    assert file["title"] == "Demande signée — été"
    early = await filing.open(file)
    assert (early.status_code, early.json()["type"]) == (409, "urn:cer:problem:file-not-available")

    await filing.scan()

    opened = await filing.open(file)
    assert opened.status_code == 200
    assert opened.content == a.pdf()
    assert opened.headers["content-type"] == "application/pdf"
    assert (await filing.read(file))["state"] == "disponible"


async def test_what_is_opened_is_inert_and_private(contracts: Contracts, filing: Filing) -> None:
    file = await filing.available(await contracts.accompanied(), a.png(), kind=Kind.JUSTIFICATIF)

    opened = await filing.open(file)

    assert opened.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in opened.headers["content-security-policy"]
    assert "no-store" in opened.headers["cache-control"]
    name = opened.headers["content-disposition"]
    assert name.startswith('attachment; filename="justificatif-')
    assert name.endswith('.png"')
    again = await filing.open(file, if_none_match=opened.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


async def test_the_type_is_that_of_the_content_and_what_is_stored_has_no_metadata(
    contracts: Contracts, filing: Filing
) -> None:
    file = await filing.available(await contracts.accompanied(), a.jpeg(), title="carte.pdf")

    assert file["content_type"] == "image/jpeg"
    (stored,) = await filing.stored()
    assert a.PLACE.encode() in a.jpeg()
    assert a.PLACE.encode() not in (await filing.open(file)).content
    assert stored.name == f"files/{file['dossier_id']}/{file['id']}"


async def test_a_file_sent_again_with_its_key_is_added_once(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    first = await filing.upload(dossier, a.pdf(), key="once")
    again = await filing.upload(dossier, a.pdf(), key="once")
    other = await filing.upload(dossier, a.pdf(pages=2), key="once")
    said_otherwise = await filing.upload(dossier, a.pdf(), Kind.AUTRE, key="once")

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert {other.json()["type"], said_otherwise.json()["type"]} == {"urn:cer:problem:idempotency-key-reused"}
    assert len(await filing.stored()) == 1
    assert await contracts.scalar("SELECT count(*) FROM attachment") == 1


async def test_twins_sent_at_once_are_added_once(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()

    twins = await asyncio.gather(*(filing.upload(dossier, a.jpeg(), key="twin") for _ in range(4)))

    assert {twin.status_code for twin in twins} == {201}
    assert len({twin.json()["id"] for twin in twins}) == 1
    assert len(await filing.stored()) == 1


async def test_the_same_scan_may_stand_for_two_requests(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    first = await filing.request(dossier, "formation")
    second = await filing.request(dossier, "regain")

    assert (await filing.remove(first)).status_code == 204
    await filing.destroy()

    assert (await filing.open(second)).content == a.pdf()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": Kind.DEMANDE_DIAGNOSTIC}, "diagnostic"),
        ({"kind": Kind.DEMANDE_DIAGNOSTIC, "diagnostic": "voyance"}, "diagnostic"),
        ({"kind": Kind.AUTRE, "diagnostic": "formation"}, "diagnostic"),
        ({"cer_id": str(new_id())}, "cer_id"),
        ({"replaces": str(new_id())}, "replaces"),
        ({"title": "x" * 121}, "x-title"),
        ({"title": "deux\nlignes"}, "x-title"),
    ],
)
async def test_a_file_that_is_badly_described_is_refused_before_it_is_received(
    contracts: Contracts, filing: Filing, said: dict[str, str], field: str
) -> None:
    answer = await filing.upload(await contracts.accompanied(), a.pdf(), **said)  # type: ignore[arg-type]

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await filing.stored() == []


async def test_a_dossier_lists_its_files_page_by_page_and_its_traces_on_demand(
    contracts: Contracts, filing: Filing
) -> None:
    dossier = await contracts.accompanied()
    files = [await filing.available(dossier, title=f"n° {n}") for n in range(3)]
    assert (await filing.remove(files[0])).status_code == 204

    path = f"/dossiers/{dossier['id']}/files"
    first = (await contracts.get(f"{path}?limit=1")).json()
    rest = (await contracts.get(f"{path}?limit=5&after={first['next']}")).json()
    traces = (await contracts.get(f"{path}?removed=true")).json()["files"]

    assert [one["id"] for one in first["files"] + rest["files"]] == [files[1]["id"], files[2]["id"]]
    assert rest["next"] is None
    gone = traces[0]
    assert (gone["state"], gone["title"], gone["removed_by"]) == ("supprime", "Pièce d'identité", "referent-nord")


async def test_a_secretary_adds_and_lists_but_opens_no_social_content(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    request = await filing.request(dossier)
    posted = await filing.available(dossier, kind=Kind.IDENTITE, role=Role.SECRETARIAT)

    listed = await contracts.get(f"/dossiers/{dossier['id']}/files", Role.SECRETARIAT)
    assert [(one["kind"], one["opens"]) for one in listed.json()["files"]] == [
        ("demande_diagnostic", False),
        ("identite", True),
    ]
    assert (await filing.open(request, Role.SECRETARIAT)).status_code == 403
    assert (await filing.open(posted, Role.SECRETARIAT)).status_code == 200
    not_theirs = await filing.remove(request, Role.SECRETARIAT)
    assert not_theirs.json()["type"] == "urn:cer:problem:not-your-file"
    assert (await filing.remove(posted, Role.SECRETARIAT)).status_code == 204


async def test_the_files_of_another_territory_are_not_known(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    file = await filing.available(dossier)

    for path in (f"/files/{file['id']}", f"/files/{file['id']}/content", f"/dossiers/{dossier['id']}/files"):
        assert (await contracts.get(path, territory="sud")).status_code == 404
    assert (await filing.upload(dossier, a.pdf(), territory="sud")).status_code == 404
    assert (await filing.upload(dossier, a.pdf(), subject="referent-2")).status_code == 403
    assert (await filing.upload(dossier, a.pdf(), role=Role.CHEF_DE_SERVICE)).status_code == 403
    assert (await contracts.get(f"/files/{file['id']}/content", Role.CHEF_DE_SERVICE)).status_code == 200
    assert (await contracts.get(f"/files/{file['id']}", Role.ADMIN)).status_code == 403


async def test_a_file_is_described_again_by_who_saw_it(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    file = await filing.available(dossier)
    said = {"kind": "demande_diagnostic", "diagnostic": "regain", "title": "Demande Regain"}

    stale = await contracts.send("PUT", f"/files/{file['id']}", said, version=1)
    changed = await contracts.send("PUT", f"/files/{file['id']}", said, version=file["version"])

    assert stale.status_code == 412
    assert changed.json()["diagnostic"] == "regain"
    assert changed.headers["etag"] == f'"{file["version"] + 1}"'


async def test_a_deleted_file_leaves_its_trace_and_loses_its_bytes(contracts: Contracts, filing: Filing) -> None:
    file = await filing.available(await contracts.accompanied(), title="Carte de séjour")

    assert (await filing.remove(file)).status_code == 204
    assert (await filing.open(file)).json()["type"] == "urn:cer:problem:file-not-available"
    assert len(await filing.stored()) == 1
    await filing.destroy()

    assert await filing.stored() == []
    assert (await filing.read(file))["state"] == "supprime"
    assert await contracts.scalar("SELECT title FROM attachment") == ""
    twice = await filing.remove(await filing.read(file))
    assert twice.json()["type"] == "urn:cer:problem:impossible-move"


async def test_a_file_takes_the_place_of_another(contracts: Contracts, filing: Filing) -> None:
    dossier = await contracts.accompanied()
    blurred = await filing.available(dossier)
    sharp = await filing.available(dossier, a.pdf(pages=2), replaces=blurred["id"])
    await filing.destroy()

    listed = await contracts.get(f"/dossiers/{dossier['id']}/files")
    assert [one["id"] for one in listed.json()["files"]] == [sharp["id"]]
    assert len(await filing.stored()) == 1
    elsewhere = await contracts.accompanied("001234500000099", telephone=None)
    stolen = await filing.upload(elsewhere, a.pdf(), replaces=sharp["id"])
    assert stolen.status_code == 422
