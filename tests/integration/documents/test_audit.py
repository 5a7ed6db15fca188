"""No edition, batch or paper is answered without its line in documents' own audit."""

from uuid import UUID

import pytest

from services.documents.domain.rights import IMPERSONAL, SCOPES
from shared.events.documents import EditionRendered
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.builders import documents as build
from tests.builders.audit import put_away, records, unaudited
from tests.builders.events import CER_ID, DOSSIER_ID, OTHER_CER_ID, REFERENT_ID, TERRITORY
from tests.builders.relations import agent_changed, hear
from tests.integration.documents.conftest import Documents
from tests.integration.documents.test_printing import ask
from tests.integration.documents.test_session_papers import OTHER_DOSSIER, convened, listed

pytestmark = pytest.mark.integration

ALONE = (DOSSIER_ID,), (CER_ID,)


@pytest.fixture
async def told(documents: Documents) -> EditionRendered:
    return await documents.made(build.ready_to_sign())


async def test_every_endpoint_leaves_a_line_with_the_ids_that_it_names(documents: Documents) -> None:
    headers = documents.issuer.headers(Role.SERVICE_INSERTION)

    assert await unaudited(documents.app, documents.client, headers, {"cer_id": CER_ID}, {*IMPERSONAL}) == []
    assert SCOPES.keys() >= IMPERSONAL


async def test_who_reads_an_edition_or_is_refused_it_stands_there_with_whose_it_is(
    documents: Documents, told: EditionRendered
) -> None:
    path = f"/editions/{told.edition_id}"
    as_referent = documents.issuer.headers(Role.REFERENT, REFERENT_ID, territory=TERRITORY)
    await documents.client.get(f"{path}/content", headers=as_referent)
    await documents.get(f"{path}/content", Role.REFERENT, "privas")
    await documents.get(path, Role.REFERENT, TERRITORY)
    await documents.get(f"/editions?cer_id={CER_ID}")
    await documents.get(f"/cers/{CER_ID}/editions/{told.kind}")
    await documents.get(f"{path}/content", Role.SECRETARIAT, TERRITORY)
    await documents.get(f"/editions/{new_id()}")

    left = await records(documents.database)
    assert [(one.role, one.operation, one.outcome, one.relation) for one in left] == [
        ("referent", "read-edition-content", "ok", "own"),
        ("referent", "read-edition-content", "not-found", "other"),
        ("referent", "read-edition", "ok", "territory"),
        ("service_insertion", "list-editions", "ok", "other"),
        ("service_insertion", "read-edition-of-model", "ok", "other"),
        ("secretariat", "read-edition-content", "forbidden", None),
        ("service_insertion", "read-edition", "not-found", None),
    ]
    assert left[0].actor == REFERENT_ID
    assert [(one.dossiers, one.cers) for one in left] == [ALONE] * 5 + [((), ())] * 2


async def test_a_download_by_link_is_told_as_the_reading_that_it_is(
    documents: Documents, told: EditionRendered
) -> None:
    url = (await documents.get(f"/editions/{told.edition_id}/link")).json()["url"]

    assert (await documents.get(url)).status_code == 200

    left = await records(documents.database)
    assert [(one.operation, one.outcome, one.cers) for one in left] == [("read-edition-content", "ok", (CER_ID,))] * 2


async def test_a_print_batch_is_one_line_with_all_whom_it_shows(documents: Documents, told: EditionRendered) -> None:
    other = await documents.made(build.ready_to_sign(cer_id=OTHER_CER_ID, dossier_id=OTHER_DOSSIER))
    batch = (await ask(documents, [str(told.edition_id), str(other.edition_id)])).json()["id"]
    await documents.work()

    assert (await documents.get(f"/print-batches/{batch}/content")).status_code == 200

    made, read = await records(documents.database)
    assert (made.operation, read.operation) == ("prepare-print-batch", "read-print-batch-content")
    assert {*made.dossiers} == {*read.dossiers} == {DOSSIER_ID, OTHER_DOSSIER}
    assert {*made.cers} == {*read.cers} == {CER_ID, OTHER_CER_ID}


async def test_the_agenda_of_a_session_names_all_whose_cers_are_in_it(documents: Documents) -> None:
    await convened(documents)
    await documents.work()
    (paper,) = await listed(documents)

    await documents.get(f"/session-editions/{paper['id']}/content")

    (line,) = await records(documents.database)
    assert (line.operation, line.outcome) == ("read-session-edition", "ok")
    assert {*line.dossiers} == {DOSSIER_ID, OTHER_DOSSIER}
    assert {*line.cers} == {CER_ID, OTHER_CER_ID}


async def test_what_is_asked_for_and_its_line_are_one_transaction(documents: Documents, told: EditionRendered) -> None:
    await put_away(documents.database, "audit_pending")

    refused = await ask(documents, [str(told.edition_id)])

    assert refused.status_code >= 500
    assert await documents.work() == 0


async def test_nothing_is_answered_while_the_audit_cannot_be_written(
    documents: Documents, told: EditionRendered
) -> None:
    await put_away(documents.database, "audit_entry")

    answer = await documents.get(f"/editions/{told.edition_id}/content")

    assert (answer.status_code, answer.json()["type"]) == (503, "urn:cer:problem:audit-away")


async def test_an_account_that_was_closed_leaves_its_line_too(documents: Documents, told: EditionRendered) -> None:
    closed = agent_changed("agent-gone", (TERRITORY,), active=False)
    await hear("documents", documents.database, closed)
    gone = documents.issuer.headers(Role.SERVICE_INSERTION, "agent-gone")

    answer = await documents.client.get(f"/cers/{CER_ID}/editions/{told.kind}", headers=gone)

    (line,) = await records(documents.database)
    assert answer.status_code == 403
    assert (line.actor, line.outcome, line.cers) == ("agent-gone", "agent-deactivated", (CER_ID,))


async def test_the_admin_reads_the_lines_of_a_dossier(documents: Documents, told: EditionRendered) -> None:
    await documents.get(f"/editions/{told.edition_id}")

    page = (await documents.get(f"/audit?dossier={DOSSIER_ID}", Role.ADMIN)).json()
    head = (await documents.get("/audit/head", Role.PARTNER)).json()

    assert [(one["operation"], UUID(one["dossiers"][0])) for one in page["entries"]] == [("read-edition", DOSSIER_ID)]
    assert head["sequence"] == 2
