"""Every endpoint × every role × every relation, as the directory says it: a table written by hand."""

from typing import Any

import pytest

from shared.security.principal import Role
from tests.builders.relations import ALL, NEAR, PEOPLE, Matrix, Oracle, know_everybody
from tests.integration.validation.conftest import Validation
from tests.integration.validation.sitting import MEMBER, in_commission, prepared

pytestmark = pytest.mark.integration

SERVICE = {Role.SERVICE_INSERTION: ALL}
RULE = {"label": "Tous", "to": "chef_de_service"}
DELEGATION = {"delegate_id": "agent-tanargue", "first_day": "2099-07-01", "last_day": "2099-07-31"}
CHEF = {Role.CHEF_DE_SERVICE: ALL}
ADMIN = {Role.ADMIN: ALL}
# Of a session: those near to the dossier are made its members below, those elsewhere are not.
SITS = {Role.COMMISSION: NEAR}
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
    "GET /sessions": SERVICE | CHEF | SITS,
    "GET /sessions/{session_id}": SERVICE | CHEF | SITS,
    "GET /sessions/{session_id}/history": SERVICE | CHEF,
    "POST /sessions": SERVICE,
    "PUT /sessions/{session_id}": SERVICE,
    "PUT /sessions/{session_id}/members": SERVICE,
    "POST /sessions/{session_id}/agenda": SERVICE,
    "PUT /sessions/{session_id}/agenda": SERVICE,
    "POST /sessions/{session_id}/items": SERVICE,
    "DELETE /sessions/{session_id}/items/{study_id}": SERVICE,
    "POST /sessions/{session_id}/items/{study_id}/opinion": SERVICE,
    "POST /sessions/{session_id}/items/{study_id}/postponement": SERVICE,
    "POST /sessions/{session_id}/convening": SERVICE,
    "POST /sessions/{session_id}/opening": SERVICE,
    "PUT /sessions/{session_id}/presence": SERVICE,
    "POST /sessions/{session_id}/closing": SERVICE,
    "POST /sessions/{session_id}/cancellation": SERVICE,
    "POST /sessions/{session_id}/papers": SERVICE,
    "POST /sessions/{session_id}/outcomes": SERVICE,
    "GET /commission-quorums": SERVICE | CHEF | ADMIN,
    "PUT /commission-quorums/{kind}": ADMIN,
    "GET /audit": ADMIN,
    "GET /audit/head": ADMIN | {Role.PARTNER: ALL},
}


async def test_each_endpoint_answers_as_the_table_says(validation: Validation) -> None:
    bodies: dict[str, Any] = {}
    matrix = Matrix(validation.app, validation.client, validation.issuer, ORACLE, bodies)
    assert matrix.missing() == set()
    line = await validation.open_study()
    await know_everybody("validation", validation.database)
    near = [one.subject for one in PEOPLE if one.relation != "elsewhere"]
    sitting = await prepared(
        validation,
        members=[MEMBER | {"agent_id": subject, "chair": place == 0} for place, subject in enumerate(near)],
    )
    await sitting.add(await in_commission(validation))
    await sitting.convene()

    rules = await validation.post("/routing-rules", RULE, Role.ADMIN)
    given = await validation.post("/delegations", DELEGATION, Role.CHEF_DE_SERVICE)
    ids = {"study_id": line["id"], "rule_id": rules.json()["rules"][0]["id"], "delegation_id": given.json()["id"]}
    ids |= {"session_id": sitting.id, "kind": "ep"}
    bodies["POST /sessions/{session_id}/items/{study_id}/postponement"] = {"to": sitting.id, "reason": "À entendre."}

    asked = {"GET /studies": f"?cer_id={line['cer_id']}", "GET /figures.csv": "?table=stock"}
    found = await matrix.differences(ids, asked)

    assert found == []
