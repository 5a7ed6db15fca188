"""Every endpoint × every role × every relation, as the directory says it: a table written by hand."""

import pytest

from shared.events.reference import TerritoryChanged
from shared.events.sessions import FileOpenedToCommission, SessionConvened
from shared.kernel.clock import FixedClock
from shared.security.principal import Role
from tests.builders import documents as build
from tests.builders.events import CER_ID, TERRITORY, sample
from tests.builders.relations import ALL, NEAR, PEOPLE, Matrix, Oracle, know_everybody
from tests.builders.session_events import SESSION_ID, SITS_AT
from tests.integration.documents.conftest import Documents
from tests.integration.documents.test_session_papers import file, listed, session

pytestmark = pytest.mark.integration

# A commission's member is one whatever their territory: those near to the dossier are made so below.
SITS = {Role.COMMISSION: NEAR}
PRINT = {Role.REFERENT: NEAR, Role.SERVICE_INSERTION: ALL, Role.CHEF_DE_SERVICE: ALL}
READ = PRINT | SITS
PAPERS = {Role.SERVICE_INSERTION: ALL, Role.CHEF_DE_SERVICE: ALL, **SITS}
READ_EMPTY_FORM = {
    Role.REFERENT: ALL,
    Role.SECRETARIAT: ALL,
    Role.SERVICE_INSERTION: ALL,
    Role.CHEF_DE_SERVICE: ALL,
    Role.ADMIN: ALL,
}
ORACLE: Oracle = {
    "GET /editions": READ,
    "GET /cers/{cer_id}/editions/{kind}": READ,
    "GET /editions/{edition_id}": READ,
    "GET /editions/{edition_id}/content": READ,
    "GET /editions/{edition_id}/link": READ,
    "POST /print-batches": PRINT,
    # Of each one's own alone, so that wherever they work there is a list.
    "GET /print-batches": dict.fromkeys(PRINT, ALL),
    # Another's is refused to everybody; each one's own is tried in `test_printing`.
    "GET /print-batches/{batch_id}": {},
    "GET /print-batches/{batch_id}/content": {},
    "GET /territories/{territory}/cer-vierge": READ_EMPTY_FORM,
    "GET /sessions/{session_id}/editions": PAPERS,
    "GET /session-editions/{edition_id}/content": PAPERS,
    # A token that nobody was given opens nothing; each one's own is tried in `test_downloads`.
    "GET /downloads/{token}": {},
    "GET /audit": {Role.ADMIN: ALL},
    "GET /audit/head": {Role.ADMIN: ALL, Role.PARTNER: ALL},
}


async def test_each_endpoint_answers_as_the_table_says(documents: Documents) -> None:
    made = await documents.made(build.ready_to_sign())
    body = {"edition_ids": [str(made.edition_id)]}
    matrix = Matrix(documents.app, documents.client, documents.issuer, ORACLE, {"POST /print-batches": body})
    assert matrix.missing() == set()
    await know_everybody("documents", documents.database)
    assert await documents.hear(sample(TerritoryChanged, territory=TERRITORY)) == "done"
    assert (await documents.keeper.look(), await documents.work()) == (1, 1)
    headers = documents.issuer.headers(Role.SERVICE_INSERTION, "agent-who-prints") | {"Idempotency-Key": "theirs"}
    theirs = await documents.client.post("/print-batches", json=body, headers=headers)

    near = tuple(one.subject for one in PEOPLE if one.relation != "elsewhere")
    documents.app.state.clock = FixedClock(SITS_AT)
    await documents.hear(file(FileOpenedToCommission, 4, members=near))
    await documents.hear(session(SessionConvened, 4, (CER_ID, 4)))
    await documents.work()
    paper = (await listed(documents))[0]["id"]
    ids = {
        "edition_id": made.edition_id,
        "cer_id": CER_ID,
        "kind": made.kind,
        "territory": TERRITORY,
        "batch_id": theirs.json()["id"],
        "session_id": SESSION_ID,
    }
    query = {"GET /editions": f"?cer_id={CER_ID}"}
    of_a_session = "GET /session-editions/{edition_id}/content"

    found = await matrix.differences(ids, query)
    papers = await matrix.differences(ids | {"edition_id": paper}, query)

    assert [one for one in found if not one.startswith(of_a_session)] == []
    assert [one for one in papers if one.startswith(of_a_session)] == []
