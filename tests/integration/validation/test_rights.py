"""Every endpoint × every role × every relation, as the directory says it: a table written by hand."""

import pytest

from shared.security.principal import Role
from tests.builders.relations import ALL, Matrix, Oracle, know_everybody
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration

SERVICE = {Role.SERVICE_INSERTION: ALL}
CHEF = {Role.CHEF_DE_SERVICE: ALL}
ORACLE: Oracle = {
    "GET /studies": SERVICE | CHEF,
    "GET /studies/{study_id}": SERVICE | CHEF,
    "POST /studies/{study_id}/commission": SERVICE,
    "POST /studies/{study_id}/chef-de-service": SERVICE,
    "POST /studies/{study_id}/taking-back": SERVICE,
    "POST /studies/{study_id}/return": SERVICE,
    "POST /studies/{study_id}/opinion": SERVICE,
    "POST /studies/{study_id}/outcome": SERVICE,
    "POST /studies/{study_id}/decision": CHEF,
}


async def test_each_endpoint_answers_as_the_table_says(validation: Validation) -> None:
    matrix = Matrix(validation.app, validation.client, validation.issuer, ORACLE)
    assert matrix.missing() == set()
    line = await validation.open_study()
    await know_everybody("validation", validation.database)

    found = await matrix.differences({"study_id": line["id"]}, {"GET /studies": f"?cer_id={line['cer_id']}"})

    assert found == []
