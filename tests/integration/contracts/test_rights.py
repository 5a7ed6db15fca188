"""The table of rights as HTTP keeps it: every endpoint of the app × every role, and others' dossiers by their ids."""

from typing import Any
from uuid import UUID

import pytest

from services.contracts.domain.rights import RIGHTS, SCOPES
from shared.security.principal import Role
from shared.security.reach import Scope
from tests.builders.audit import entries
from tests.builders.endpoints import Endpoint, endpoints
from tests.integration.contracts.conftest import Contracts
from tests.integration.contracts.filing import Filing

pytestmark = pytest.mark.integration

# The path parameters that name a dossier or what hangs on it; what other parameters name is nobody's dossier.
OF_A_DOSSIER = {"dossier_id", "cer_id", "file_id", "task_id"}
WITHIN_A_CER = {"objective_id", "etape_id", "version"}
# Beside a dossier: for those who see all, or with tests of their own (imports, matching, duplicates).
OF_SEVERAL_DOSSIERS = {"duplicate_id", "matching_id", "import_id"}
OF_NO_DOSSIER = {"agent_id", "replacement_id", "name", "code", "key", "zone"}


async def ids_of(contracts: Contracts) -> dict[str, str]:
    """A dossier of the north with all that hangs on it."""
    cer = await contracts.cer()
    file = await Filing(contracts).added({"id": cer["dossier_id"]})
    return {"dossier_id": cer["dossier_id"], "cer_id": cer["id"], "file_id": file["id"], "version": "1"}


async def test_every_endpoint_has_its_line_and_every_line_its_endpoint(contracts: Contracts) -> None:
    app = endpoints(contracts.app)

    assert [str(one) for one in app if one.operation not in SCOPES] == []
    assert SCOPES.keys() - {one.operation for one in app} == set()


async def test_every_parameter_of_a_path_is_known_here(contracts: Contracts) -> None:
    """A new one: add it above, and what it names to `ids_of` when it hangs on a dossier."""
    named = {name for one in endpoints(contracts.app) for name in one.params}

    assert named - OF_A_DOSSIER - OF_SEVERAL_DOSSIERS - WITHIN_A_CER - OF_NO_DOSSIER == set()


@pytest.mark.parametrize("role", Role)
async def test_a_role_that_an_endpoint_does_not_name_is_denied_and_no_answer_is_an_error(
    contracts: Contracts, role: Role
) -> None:
    wrong = []

    for one in endpoints(contracts.app):
        bodies: list[Any] = [{}, one.body]
        for body in bodies:
            answer = await contracts.send(one.method, one.at(), body, role, version=1)
            denied = role not in RIGHTS[one.operation or ""]
            if answer.status_code >= 500 or (denied and answer.status_code != 403):
                wrong.append((str(one), answer.status_code, answer.text[:200]))

    assert wrong == []


@pytest.mark.parametrize("token", [None, "directeur", ""])
async def test_without_a_role_nothing_is_open(contracts: Contracts, token: str | None) -> None:
    headers = {"Idempotency-Key": "key", "If-Match": '"1"'}
    if token is not None:
        headers |= contracts.issuer.headers(token)
    open_ = [
        str(one)
        for one in endpoints(contracts.app)
        if (await contracts.client.request(one.method, one.at(), json=one.body, headers=headers)).status_code != 401
    ]

    assert open_ == []


def _reaches_dossiers_elsewhere(one: Endpoint, role: Role) -> bool:
    return SCOPES[one.operation or ""].get(role) is Scope.ALL


@pytest.mark.parametrize("role", [Role.REFERENT, Role.SECRETARIAT])
async def test_the_ids_of_another_territory_open_nothing_and_the_refusal_is_in_the_audit(
    contracts: Contracts, role: Role
) -> None:
    ids = await ids_of(contracts)
    open_, silent = [], []

    for one in endpoints(contracts.app):
        if not one.params & OF_A_DOSSIER or role not in RIGHTS[one.operation or ""]:
            continue
        assert not _reaches_dossiers_elsewhere(one, role), one
        before = len(await entries(contracts.database))
        answer = await contracts.send(one.method, one.at(**ids), one.body, role, version=1, territory="sud")
        if answer.status_code != 404 and not (one.body is None and answer.status_code == 422):
            open_.append((str(one), answer.status_code, answer.text[:200]))
        left = [entry.record for entry in (await entries(contracts.database))[before:]]
        told = {UUID(ids["dossier_id"])} <= {dossier for record in left for dossier in record.dossiers}
        if answer.status_code == 404 and not (
            told and left[-1].outcome == "not-found" and left[-1].relation == "other"
        ):
            silent.append(str(one))

    assert open_ == []
    assert silent == []


async def test_a_referent_of_the_territory_who_does_not_accompany_reads_and_writes_nothing(
    contracts: Contracts,
) -> None:
    ids = await ids_of(contracts)
    before = await contracts.scalar("SELECT sum(version) FROM cer") + await contracts.scalar(
        "SELECT sum(version) FROM dossier"
    )

    statuses = {
        str(one): (
            await contracts.send(one.method, one.at(**ids), one.body, subject="referent-deux", version=1)
        ).status_code
        for one in endpoints(contracts.app)
        if one.params & OF_A_DOSSIER and SCOPES[one.operation or ""].get(Role.REFERENT) is Scope.OWN
    }

    assert {endpoint: status for endpoint, status in statuses.items() if status not in {403, 422}} == {}
    assert len(statuses) >= 10
    assert before == await contracts.scalar("SELECT sum(version) FROM cer") + await contracts.scalar(
        "SELECT sum(version) FROM dossier"
    )
