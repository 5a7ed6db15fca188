"""Every endpoint × every role × every relation, as the directory says it: a table written by hand."""

import pytest

from shared.events.contracts import CerReturned
from shared.events.documents import EditionRendered
from shared.events.signature import SignatureCompleted
from shared.security.principal import Role
from tests.builders.events import DOSSIER_ID, TERRITORY
from tests.builders.notifications import readable
from tests.builders.relations import ALL, NEAR, Matrix, Oracle, know_everybody
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration

FOLLOW = {Role.REFERENT: NEAR, Role.SECRETARIAT: NEAR, Role.SERVICE_INSERTION: ALL, Role.ADMIN: ALL}
TALK = {Role.REFERENT: NEAR, Role.SECRETARIAT: NEAR, Role.SERVICE_INSERTION: ALL}
PRINT = {Role.SECRETARIAT: frozenset({"territory"}), Role.SERVICE_INSERTION: ALL}
ORACLE: Oracle = {
    "GET /messages": {**FOLLOW, Role.CHEF_DE_SERVICE: ALL},
    "GET /dossiers/{dossier_id}/messages": {**FOLLOW, Role.CHEF_DE_SERVICE: ALL},
    "GET /messages/{message_id}/content": {**TALK, Role.CHEF_DE_SERVICE: ALL},
    "POST /messages/{message_id}/resend": FOLLOW,
    "GET /dossiers/{dossier_id}/message-preferences": TALK,
    "PUT /dossiers/{dossier_id}/message-preferences": TALK,
    "GET /message-templates": {Role.ADMIN: ALL},
    "GET /message-templates/{template}": {Role.ADMIN: ALL},
    "GET /print-batches": PRINT,
    "GET /print-batches/{batch_id}": PRINT,
    "POST /print-batches": PRINT,
    "POST /print-batches/{batch_id}/printed": PRINT,
    "POST /print-batches/{batch_id}/posted": PRINT,
    "GET /audit": {Role.ADMIN: ALL},
    "GET /audit/head": {Role.ADMIN: ALL, Role.PARTNER: ALL},
}
BODIES = {"PUT /dossiers/{dossier_id}/message-preferences": {"optional_messages": False}}


@pytest.mark.parametrize("event", [CerReturned, SignatureCompleted])
async def test_each_endpoint_answers_as_the_table_says(
    notifications: Notifications, event: type[CerReturned | SignatureCompleted]
) -> None:
    """Of a CER's event and of a signature's, which tells whose the dossier is in a sealed block only."""
    matrix = Matrix(notifications.app, notifications.client, notifications.issuer, ORACLE, BODIES)
    assert matrix.missing() == set()
    await notifications.hear(readable(notifications.keys, event))
    await know_everybody("notifications", notifications.database)

    ids = {"message_id": (await notifications.rows())[0]["id"], "dossier_id": DOSSIER_ID, "template": "rappel_personne"}
    found = await matrix.differences(ids, {})
    # A batch is a territory's, not a dossier's: below.
    assert [line for line in found if "print-batches" not in line] == []


@pytest.mark.parametrize("role", list(Role))
async def test_letters_are_printed_by_the_secretaries_of_their_territory_and_by_the_service(
    notifications: Notifications, role: Role
) -> None:
    await notifications.hear(readable(notifications.keys, EditionRendered, kind="notification_decision"))
    made = await notifications.post("/print-batches", {"territory": TERRITORY}, role, territory="privas")
    expected = {Role.SERVICE_INSERTION: 201, Role.SECRETARIAT: 404}.get(role, 403)
    assert made.status_code == expected, made.text
    if role is not Role.SECRETARIAT:
        return
    assert (await notifications.post("/print-batches", {}, role, territory="privas")).status_code == 403
    batch = (await notifications.post("/print-batches", {"territory": TERRITORY}, role, territory=TERRITORY)).json()
    address = f"/print-batches/{batch['id']}"
    assert (await notifications.get(address, role, territory="privas")).status_code == 404
    assert (await notifications.get(address, role, territory=TERRITORY)).status_code == 200
    assert (await notifications.get("/print-batches", role, territory="privas")).json()["batches"] == []
    for act in ("printed", "posted"):
        elsewhere = await notifications.post(f"{address}/{act}", None, role, version=1, territory="privas")
        assert elsewhere.status_code == 404
        assert (await notifications.get("/print-batches", Role.REFERENT)).status_code == 403
