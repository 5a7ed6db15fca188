"""Every endpoint × every role × every relation, as the directory says it: a table written by hand."""

import pytest

from shared.events.contracts import CerReturned
from shared.events.signature import SignatureCompleted
from shared.security.principal import Role
from tests.builders.notifications import readable
from tests.builders.relations import ALL, NEAR, Matrix, Oracle, know_everybody
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration

SEE = {Role.REFERENT: NEAR, Role.SECRETARIAT: NEAR, Role.SERVICE_INSERTION: ALL, Role.ADMIN: ALL}
ORACLE: Oracle = {
    "GET /messages": {**SEE, Role.CHEF_DE_SERVICE: ALL},
    "POST /messages/{message_id}/resend": SEE,
}


@pytest.mark.parametrize("event", [CerReturned, SignatureCompleted])
async def test_each_endpoint_answers_as_the_table_says(
    notifications: Notifications, event: type[CerReturned | SignatureCompleted]
) -> None:
    """Of a CER's event and of a signature's, which tells whose the dossier is in a sealed block only."""
    matrix = Matrix(notifications.app, notifications.client, notifications.issuer, ORACLE)
    assert matrix.missing() == set()
    await notifications.hear(readable(notifications.keys, event))
    await know_everybody("notifications", notifications.database)

    assert await matrix.differences({"message_id": (await notifications.rows())[0]["id"]}, {}) == []
