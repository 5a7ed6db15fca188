"""The HTTP face: editions are read, by those who may, and never asked for."""

from datetime import date
from uuid import UUID

import pytest

from shared.events.sealed import seal
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.builders import documents as build
from tests.builders.events import CER_ID, TERRITORY
from tests.integration.documents.conftest import Documents

pytestmark = pytest.mark.integration

READERS = (Role.REFERENT, Role.SERVICE_INSERTION, Role.CHEF_DE_SERVICE)


async def edition(documents: Documents) -> UUID:
    return (await documents.made(build.ready_to_sign())).edition_id


async def test_the_editions_of_a_cer_are_listed(documents: Documents) -> None:
    first = await edition(documents)
    second = (await documents.made(build.validated())).edition_id
    answer = await documents.get(f"/editions?cer_id={CER_ID}")
    assert answer.status_code == 200
    editions = answer.json()["editions"]
    assert [found["id"] for found in editions if found["kind"] != "notification_decision"] == [str(first), str(second)]
    assert {found["label"]: found["fits"] for found in editions} == {
        "CER sans décision": False,
        "CER décision valide": True,
        "Notification de décision": True,
    }
    assert (editions[0]["kind"], editions[0]["attempt"], editions[0]["failure"]) == ("cer_sans_decision", 1, None)
    assert (await documents.get(f"/editions?cer_id={new_id()}")).json() == {"editions": []}


async def test_a_model_that_does_not_fit_is_refused_with_the_reason(documents: Documents) -> None:
    made = await edition(documents)
    early = await documents.get(f"/cers/{CER_ID}/editions/cer_decision_valide")
    assert (early.status_code, early.json()["type"]) == (409, "urn:cer:problem:edition-wrong-model")
    assert "Aucune décision" in early.json()["detail"]
    assert (await documents.get(f"/cers/{CER_ID}/editions/cer_sans_decision")).json()["id"] == str(made)
    valid = (await documents.made(build.validated())).edition_id
    assert (await documents.get(f"/cers/{CER_ID}/editions/cer_decision_valide")).json()["id"] == str(valid)
    late = await documents.get(f"/cers/{CER_ID}/editions/cer_sans_decision")
    assert (late.status_code, late.json()["type"]) == (409, "urn:cer:problem:edition-wrong-model")
    assert (await documents.get(f"/editions/{made}/content")).status_code == 200
    assert (await documents.get(f"/cers/{new_id()}/editions/cer_sans_decision")).status_code == 404


async def test_the_content_is_the_file_with_its_sha256(documents: Documents) -> None:
    told = await documents.made(build.ready_to_sign())
    path = f"/editions/{told.edition_id}"
    facts = (await documents.get(path)).json()
    answer = await documents.get(f"{path}/content")
    assert answer.status_code == 200
    assert answer.content == await documents.files.get(told.document)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["etag"] == f'"{told.document.sha256}"' == f'"{facts["sha256"]}"'
    assert answer.headers["content-disposition"] == (
        'inline; filename="CER no 3 - sans decision.pdf"; '
        "filename*=UTF-8''CER%20n%C2%B0%203%20%E2%80%93%20sans%20d%C3%A9cision.pdf"
    )
    assert "private" in answer.headers["cache-control"]
    again = await documents.get(f"{path}/content", If_None_Match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COMMISSION])
async def test_who_reads(documents: Documents, role: Role) -> None:
    made = await edition(documents)
    expected = 200 if role in READERS else 403
    for path in (f"/editions?cer_id={CER_ID}", f"/editions/{made}", f"/editions/{made}/content"):
        assert (await documents.get(path, role, TERRITORY)).status_code == expected, path


@pytest.mark.parametrize(("role", "territory"), [(Role.REFERENT, "privas"), (Role.COMMISSION, TERRITORY)])
async def test_a_referent_of_another_territory_and_a_commission_without_session_see_nothing(
    documents: Documents, role: Role, territory: str
) -> None:
    made = await edition(documents)
    assert (await documents.get(f"/editions?cer_id={CER_ID}", role, territory)).json() == {"editions": []}
    for path in (f"/editions/{made}", f"/editions/{made}/content"):
        answer = await documents.get(path, role, territory)
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:cer:problem:not-found"


async def test_without_a_token_nothing_is_read(documents: Documents) -> None:
    assert (await documents.client.get(f"/editions?cer_id={CER_ID}")).status_code == 401


async def test_an_unknown_edition_and_a_failed_one_are_told_apart(documents: Documents) -> None:
    unknown = await documents.get(f"/editions/{new_id()}/content")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:cer:problem:not-found")
    old = seal(build.content(date_signature=date(2001, 1, 1)))
    await documents.hear(build.ready_to_sign(content=old))
    await documents.work()
    failed = await documents.failed()
    facts = (await documents.get(f"/editions/{failed.edition_id}")).json()
    assert (facts["failure"], facts["sha256"]) == ("render-failed", None)
    answer = await documents.get(f"/editions/{failed.edition_id}/content")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:cer:problem:edition-not-made")


async def test_an_altered_file_is_not_given(documents: Documents) -> None:
    told = await documents.made(build.ready_to_sign())
    root = documents.app.state.files._folder
    (root / told.document.uri.removeprefix("object:")).write_bytes(b"%PDF-1.7 altered")
    answer = await documents.get(f"/editions/{told.edition_id}/content")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:cer:problem:object-altered")


async def test_no_edition_can_be_asked_for(documents: Documents) -> None:
    headers = documents.issuer.headers(Role.SERVICE_INSERTION)
    answer = await documents.client.post("/editions", json={"kind": "cer_decision_valide"}, headers=headers)
    assert answer.status_code == 405
