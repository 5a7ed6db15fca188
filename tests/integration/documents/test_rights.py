"""Every endpoint × every role × every relation, as the directory says it: a table written by hand."""

import pytest

from shared.events.reference import TerritoryChanged
from shared.security.principal import Role
from tests.builders import documents as build
from tests.builders.events import CER_ID, TERRITORY, sample
from tests.builders.relations import ALL, NEAR, Matrix, Oracle, know_everybody
from tests.integration.documents.conftest import Documents

pytestmark = pytest.mark.integration

READ = {Role.REFERENT: NEAR, Role.SERVICE_INSERTION: ALL, Role.CHEF_DE_SERVICE: ALL}
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
    "POST /print-batches": READ,
    # Another's is refused to everybody; each one's own is tried in `test_printing`.
    "GET /print-batches/{batch_id}": {},
    "GET /print-batches/{batch_id}/content": {},
    "GET /territories/{territory}/cer-vierge": READ_EMPTY_FORM,
    # A token that nobody was given opens nothing; each one's own is tried in `test_downloads`.
    "GET /downloads/{token}": {},
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

    found = await matrix.differences(
        {
            "edition_id": made.edition_id,
            "cer_id": CER_ID,
            "kind": made.kind,
            "territory": TERRITORY,
            "batch_id": theirs.json()["id"],
        },
        {"GET /editions": f"?cer_id={CER_ID}"},
    )

    assert found == []
