"""Every endpoint × every role × every relation, as the directory says it: a table written by hand."""

from datetime import date

import pytest

from shared.events.contracts import CerSnapshot
from shared.events.replacements import ReplacementChanged
from shared.objects.store import Objects
from shared.security.principal import Role
from tests.builders.events import CER_ID, REFERENT_ID, sample
from tests.builders.relations import ALL, NEAR, OWN, Matrix, Oracle, hear, know_everybody
from tests.builders.replacements import SUBSTITUTE_ID
from tests.builders.signature import ATTEMPT_ID, pdf
from tests.integration.signature.conftest import Signature

pytestmark = pytest.mark.integration

READ = {Role.REFERENT: NEAR, Role.SERVICE_INSERTION: ALL, Role.CHEF_DE_SERVICE: ALL}
SIGN = {Role.REFERENT: OWN}
PATH = f"/signatures/{ATTEMPT_ID}"
ORACLE: Oracle = {
    "GET /signatures": READ,
    "GET /signatures/{signature_id}": READ,
    "GET /signatures/{signature_id}/pages/{page}": READ,
    "GET /signatures/{signature_id}/document": READ,
    "GET /signatures/{signature_id}/evidence": READ,
    "GET /signatures/{signature_id}/evidence.json": READ,
    "GET /signatures/{signature_id}/evidence/addendum": READ,
    "GET /signatures/{signature_id}/evidence/addendum.json": READ,
    "GET /signatures/{signature_id}/link": SIGN,
    "POST /signatures/{signature_id}/codes": SIGN,
    "POST /signatures/{signature_id}/signature": SIGN,
    "POST /signatures/{signature_id}/refusal": SIGN,
    "GET /audit": {Role.ADMIN: ALL},
    "GET /audit/head": {Role.ADMIN: ALL, Role.PARTNER: ALL},
}

BODIES = {
    "POST /signatures/{signature_id}/signature": {"code": "482913"},
    "POST /signatures/{signature_id}/refusal": {},
}


# The person's phone (`/s…`), the SMS provider (`/sms/receipts/…`) and Yousign have no line here: no agent calls them,
# so they are no part of the API. What each proves itself by is in tests/architecture/test_lone_boot.py (OUTSIDE).


async def test_each_endpoint_answers_as_the_table_says(signature: Signature) -> None:
    matrix = Matrix(signature.app, signature.client, signature.issuer, ORACLE, BODIES)
    assert matrix.missing() == set()
    await signature.open()
    await know_everybody("signature", signature.means.database)

    ids = {"signature_id": ATTEMPT_ID, "page": 1}
    found = await matrix.differences(ids, {"GET /signatures": f"?cer_id={CER_ID}"})

    assert found == []


async def test_who_stands_in_has_the_cer_signed_until_the_replacement_ends_and_the_evidence_says_for_whom(
    signature: Signature,
) -> None:
    await signature.open()
    database = signature.means.database
    days = {"first_day": date(2026, 3, 12), "last_day": date(2026, 3, 12)}
    assert (await signature.get(PATH, subject=SUBSTITUTE_ID, territory="privas")).status_code == 404
    await hear("signature", database, sample(ReplacementChanged, **days))

    for page in (1, 2, 3):
        assert (await signature.get(f"{PATH}/pages/{page}", subject=SUBSTITUTE_ID)).status_code == 200
    assert (await signature.post("codes", subject=SUBSTITUTE_ID)).status_code == 200
    await hear("signature", database, sample(ReplacementChanged, **days, aggregate_version=2, ended=True))
    typed = {"code": signature.phone.code}
    assert (await signature.post("signature", typed, subject=SUBSTITUTE_ID)).status_code == 404

    await hear("signature", database, sample(ReplacementChanged, **days, aggregate_version=3))
    assert (await signature.post("signature", typed, subject=SUBSTITUTE_ID)).json()["state"] == "signed"
    async with database.begin() as uow:
        steps = await signature.means.requests_of(uow).history(ATTEMPT_ID)
    acted = [(step.verb, step.agent, step.detail.get("on_behalf_of")) for step in steps if step.agent]
    assert acted == [(verb, SUBSTITUTE_ID, REFERENT_ID) for verb in ("read", "send_code", "try_code", "sign")]


async def test_a_request_that_came_back_from_a_snapshot_is_read_by_who_accompanies_the_person(
    signature: Signature,
) -> None:
    stored = await Objects(signature.app.state.objects_location, "signature").put("back.pdf", pdf())
    signed = sample(CerSnapshot).signed
    assert signed is not None
    came = signed.model_copy(update={"document": stored})
    await signature.hear(sample(CerSnapshot, **signature.sealed_blocks(), signed=came))
    path = f"/signatures/{signed.signature_id}/document"

    assert (await signature.get(path, territory="privas")).content == pdf()
    assert (await signature.get(path, subject="a-stranger", territory="privas")).status_code == 404
