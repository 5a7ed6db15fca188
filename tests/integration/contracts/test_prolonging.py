"""The files of a signature are stamped anew: the CER points at the longer ones, whatever the order of the words."""

from typing import Any
from uuid import UUID

import pytest

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.republishing import Republisher
from shared.events.contracts import CerSnapshot
from shared.events.files import FileRef
from shared.events.signature import SignatureProlonged
from shared.security.principal import Role
from tests.builders.events import sample
from tests.integration.contracts.conftest import Contracts
from tests.integration.contracts.test_signing import parked, preparing, signed

pytestmark = pytest.mark.integration


def longer(cer: dict[str, Any], by: int, **changes: Any) -> SignatureProlonged:
    """Both files, as many bytes longer than they were signed."""
    files = {
        name: FileRef(
            uri=f"object:signature/{name}-{by}.pdf", sha256=f"{by:064x}", size=cer["proof"][name]["size"] + by
        )
        for name in ("document", "evidence")
    }
    ids = {"cer_id": UUID(cer["id"]), "dossier_id": UUID(cer["dossier_id"])}
    return sample(SignatureProlonged, **(ids | {"attempt": 1} | files | changes))


async def proof(contracts: Contracts, cer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await contracts.read(cer, Role.SERVICE_INSERTION))["proof"]
    return found


async def history(contracts: Contracts, cer: dict[str, Any]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = (await contracts.get(f"/cers/{cer['id']}/history")).json()["history"]
    return lines


async def test_the_cer_points_at_the_longer_files_and_keeps_the_former_fingerprints(contracts: Contracts) -> None:
    cer = await signed(contracts)
    was = cer["proof"]

    assert await contracts.hear(longer(cer, 100)) == "done"

    now = await proof(contracts, cer)
    assert (now["document"]["sha256"], now["evidence"]["sha256"]) == (f"{100:064x}", f"{100:064x}")
    assert {name: now[name] for name in ("signature_id", "signed_at", "entered_by")} == {
        name: was[name] for name in ("signature_id", "signed_at", "entered_by")
    }
    line = (await history(contracts, cer))[-1]
    assert line["verb"] == "prolong_signature"
    former = {"document": was["document"]["sha256"], "evidence": was["evidence"]["sha256"]}
    assert line["details"] == {"attempt": 1, "former": former}


async def test_told_twice_or_in_another_order_the_longest_stays(contracts: Contracts) -> None:
    cer = await signed(contracts)
    assert await contracts.hear(longer(cer, 300, aggregate_version=5)) == "done"
    version = (await contracts.read(cer))["version"]

    assert await contracts.hear(longer(cer, 300, aggregate_version=5)) == "stale"
    assert await contracts.hear(longer(cer, 100, aggregate_version=3)) == "stale"

    assert (await proof(contracts, cer))["document"]["sha256"] == f"{300:064x}"
    assert (await contracts.read(cer))["version"] == version
    # One of both files may be longer than what is known, and the other not.
    mixed = longer(cer, 200, evidence=FileRef(uri="object:signature/e.pdf", sha256="e" * 64, size=10**9))
    assert await contracts.hear(mixed) == "done"
    now = await proof(contracts, cer)
    assert (now["document"]["sha256"], now["evidence"]["sha256"]) == (f"{300:064x}", "e" * 64)
    assert (await history(contracts, cer))[-1]["details"]["former"] == {"evidence": f"{300:064x}"}


async def test_after_submission_too_and_a_republish_tells_the_newest(contracts: Contracts) -> None:
    cer = await signed(contracts)
    assert (await contracts.send("POST", f"/cers/{cer['id']}/submission")).status_code == 200
    assert await contracts.hear(longer(cer, 100)) == "done"

    await Republisher(contracts.database, stores_of, contracts.clock).tell("cers")

    (snapshot,) = await contracts.told(CerSnapshot)
    assert snapshot.signed is not None
    assert (snapshot.signed.document.sha256, snapshot.signed.evidence.sha256) == (f"{100:064x}",) * 2


async def test_of_a_signature_that_was_voided_it_is_history(contracts: Contracts) -> None:
    cer = await signed(contracts)
    event = longer(cer, 100)
    await contracts.send("POST", f"/cers/{cer['id']}/reopening", {"reason": "La date était fausse."})

    assert await contracts.hear(event) == "stale"
    assert await proof(contracts, cer) is None


async def test_of_an_attempt_that_nobody_signed_it_is_parked(contracts: Contracts) -> None:
    cer = await preparing(contracts)
    size = {"proof": {name: {"size": 1} for name in ("document", "evidence")}}

    assert await contracts.hear(longer(cer | size, 100)) == "parked"
    assert await parked(contracts) == [("SignatureProlonged", "impossible-move")]
