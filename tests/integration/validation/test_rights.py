"""Every endpoint × every role × every relation, as the directory says it: a table written by hand."""

import pytest

from shared.security.principal import Role
from tests.builders.relations import ALL, Matrix, Oracle, know_everybody
from tests.integration.validation.conftest import Validation

pytestmark = pytest.mark.integration

SERVICE = {Role.SERVICE_INSERTION: ALL}
RULE = {"label": "Tous", "to": "chef_de_service"}
DELEGATION = {"delegate_id": "agent-tanargue", "first_day": "2099-07-01", "last_day": "2099-07-31"}
CHEF = {Role.CHEF_DE_SERVICE: ALL}
ADMIN = {Role.ADMIN: ALL}
ORACLE: Oracle = {
    "GET /studies": SERVICE | CHEF,
    "GET /studies/counts": SERVICE | CHEF,
    "POST /studies/{study_id}/charge": SERVICE | CHEF,
    "POST /studies/{study_id}/release": SERVICE | CHEF,
    "POST /studies/routing": SERVICE,
    "GET /routing-rules": SERVICE | CHEF | ADMIN,
    "GET /routing-rules/versions": SERVICE | CHEF | ADMIN,
    "POST /routing-rules": ADMIN,
    "PUT /routing-rules/order": ADMIN,
    "PUT /routing-rules/{rule_id}": ADMIN,
    "DELETE /routing-rules/{rule_id}": ADMIN,
    "POST /studies/decisions": CHEF,
    "GET /figures": SERVICE | CHEF,
    "GET /figures.csv": SERVICE | CHEF,
    "GET /figures/agents": CHEF,
    "GET /delegations": SERVICE | CHEF | ADMIN,
    "POST /delegations": CHEF | ADMIN,
    "POST /delegations/{delegation_id}/ending": CHEF | ADMIN,
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

    rules = await validation.post("/routing-rules", RULE, Role.ADMIN)
    given = await validation.post("/delegations", DELEGATION, Role.CHEF_DE_SERVICE)
    ids = {"study_id": line["id"], "rule_id": rules.json()["rules"][0]["id"], "delegation_id": given.json()["id"]}

    asked = {"GET /studies": f"?cer_id={line['cer_id']}", "GET /figures.csv": "?table=stock"}
    found = await matrix.differences(ids, asked)

    assert found == []
