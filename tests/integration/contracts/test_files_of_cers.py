"""What a CER asks of the dossier's files: the scanned request of each diagnostic, there to stay once submitted."""

from typing import Any

import pytest

from services.contracts.domain.files.model import Kind
from shared.events.sealed import seal
from shared.events.validation import CerReturnedForComplement
from tests.builders import contracts as a
from tests.integration.contracts.conftest import COMPLETE, Contracts
from tests.integration.contracts.filing import Filing

pytestmark = pytest.mark.integration

OBJECTIVE = {**COMPLETE["objectives"][0], "etapes": [{"label": "Demander le diagnostic"}]}
OBJECTIVES = [
    {**OBJECTIVE, "diagnostics": ["formation"]},
    {**OBJECTIVE, "diagnostics": ["regain", "formation"]},
]


@pytest.fixture
def filing(contracts: Contracts) -> Filing:
    return Filing(contracts)


async def mobilising(contracts: Contracts, **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A dossier, and a CER ready to be submitted but for the requests of its two diagnostics."""
    dossier = await contracts.accompanied()
    return dossier, await contracts.cer(dossier, **{"objectives": OBJECTIVES, "accord": "oui", **changes})


async def submit(contracts: Contracts, cer: dict[str, Any]) -> dict[str, str]:
    """What is missing, by field; nothing once it is submitted."""
    answer = await contracts.send("POST", f"/cers/{cer['id']}/submission")
    errors = answer.json().get("errors", [])
    assert answer.status_code == (409 if errors else 200)
    return {f"{error['field']} {error['code']}": error["message"] for error in errors}


async def test_all_the_requests_that_miss_are_told_at_once_with_the_rest(contracts: Contracts) -> None:
    _, cer = await mobilising(contracts, priority=None)

    missing = await submit(contracts, cer)

    assert "Diagnostic formation" in missing["objectives.0.diagnostics request-missing"]
    assert set(missing) == {
        "objectives.0.diagnostics request-missing",
        "objectives.1.diagnostics request-missing",
        "priority missing",
    }


async def test_a_request_that_is_still_analysed_is_said_to_be(contracts: Contracts, filing: Filing) -> None:
    dossier, cer = await mobilising(contracts)
    await filing.request(dossier, "formation")
    await filing.added(dossier, kind=Kind.DEMANDE_DIAGNOSTIC, diagnostic="regain")

    assert set(await submit(contracts, cer)) == {"objectives.1.diagnostics request-in-analysis"}


async def test_a_cer_with_its_requests_is_submitted(contracts: Contracts, filing: Filing) -> None:
    dossier, cer = await mobilising(contracts)
    await filing.request(dossier, "formation")
    await filing.request(dossier, "regain")

    assert await submit(contracts, cer) == {}


async def test_signing_asks_for_no_scan(contracts: Contracts) -> None:
    _, cer = await mobilising(contracts, accord="nc")

    answer = await contracts.send("POST", f"/cers/{cer['id']}/signature")

    assert answer.status_code == 202


async def test_what_a_submitted_cer_relies_on_stays_until_it_is_returned(contracts: Contracts, filing: Filing) -> None:
    dossier, cer = await mobilising(contracts)
    request = await filing.request(dossier, "formation")
    await filing.request(dossier, "regain")
    tied = await filing.available(dossier, kind=Kind.JUSTIFICATIF, cer_id=cer["id"])
    free = await filing.available(dossier, kind=Kind.JUSTIFICATIF)
    assert await submit(contracts, cer) == {}

    for held in (request, tied):
        assert (await filing.remove(held)).json()["type"] == "urn:cer:problem:file-held"
        said = {"kind": "autre"}
        renamed = await contracts.send("PUT", f"/files/{held['id']}", said, version=held["version"])
        assert renamed.json()["type"] == "urn:cer:problem:file-held"
    replaced = await filing.upload(dossier, b"%PDF-", Kind.JUSTIFICATIF, replaces=tied["id"])
    assert replaced.json()["type"] == "urn:cer:problem:file-held"
    assert (await filing.remove(free)).status_code == 204

    await contracts.hear(
        CerReturnedForComplement(
            aggregate_version=2,
            study_id=cer["id"],
            cer_id=cer["id"],
            dossier_id=dossier["id"],
            territory="nord",
            submission=1,
            reason=seal(a.reason()),
        )
    )
    assert (await filing.remove(request)).status_code == 204
    assert (await filing.remove(tied)).status_code == 204


async def test_a_cer_of_another_dossier_ties_nothing(contracts: Contracts, filing: Filing) -> None:
    _, cer = await mobilising(contracts)
    other = await contracts.accompanied("001234500000099", telephone=None)

    answer = await filing.upload(other, b"%PDF-", cer_id=cer["id"])

    assert [error["code"] for error in answer.json()["errors"]] == ["unknown-cer"]
