"""One person erased in contracts: refused by name, counted first, gone from every table, told, and answered for."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.contracts.adapters.repository import stores_of
from services.contracts.application.reactions.erasures import file_eraser
from services.contracts.domain.imports.flow import ReadFoyer, ReadPerson
from shared.events.contracts import AgentChanged, DossierErased
from shared.events.documents import EditionsErased
from shared.events.erasing import ErasureAnswer
from shared.events.notifications import MessagesErased
from shared.events.signature import SignatureCompleted, SignatureOpened, SignaturesErased
from shared.events.validation import CerSentToChefDeService, StudiesErased
from shared.objects.store import Objects
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.builders.canaries import cells_with
from tests.builders.events import sample
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration

CANARY = "Zirconium"
PHONE = "06 39 98 77 66"
WORDS = (CANARY, CANARY.upper(), "+33639987766", "zirconium@example.org")
ANSWERS: tuple[type[ErasureAnswer], ...] = (SignaturesErased, EditionsErased, StudiesErased, MessagesErased)


async def marked(contracts: Contracts, matricule: str = "001234500000000", **changes: Any) -> dict[str, Any]:
    """A dossier and a CER in which every text is the canary."""
    dossier = await contracts.person(matricule, nom_naissance=CANARY.upper(), **changes)
    path = f"/dossiers/{dossier['id']}"
    await contracts.send("PUT", f"{path}/referent", {"referent_id": "referent-nord"}, version=1)
    contact = {"mail": "zirconium@example.org", "telephone": PHONE}
    assert (await contracts.send("PUT", f"{path}/contact", contact, version=2)).status_code == 200
    return await contracts.cer(
        dossier, situation=CANARY, evaluation=CANARY, expression=CANARY, note=CANARY, accord="oui"
    )


async def erase(contracts: Contracts, dossier_id: str, confirm: int | None = None) -> Any:
    body = {"ground": "demande"} | ({"confirm": confirm} if confirm else {})
    return await contracts.send("POST", f"/dossiers/{dossier_id}/erasure", body, Role.ADMIN)


async def erased(contracts: Contracts, dossier_id: str) -> dict[str, Any]:
    planned = await erase(contracts, dossier_id)
    assert planned.status_code == 200, planned.text
    done = await erase(contracts, dossier_id, planned.json()["version"])
    assert done.status_code == 200, done.text
    return dict(done.json())


async def test_a_person_is_counted_then_found_nowhere(contracts: Contracts) -> None:
    cer = await marked(contracts)
    dossier_id = cer["dossier_id"]
    assert {"dossier.nom_naissance", "dossier.telephone", "dossier.mail", "cer.texts", "cer.note"} <= await cells_with(
        contracts.database, *WORDS
    )

    planned = (await erase(contracts, dossier_id)).json()
    assert (planned["done"], planned["rows"]["dossier"], planned["rows"]["cer"]) == (False, 1, 1)
    assert planned["rows"]["outbox"] >= 3
    assert (await contracts.get(f"/dossiers/{dossier_id}", Role.SERVICE_INSERTION)).status_code == 200

    done = await erased(contracts, dossier_id)

    assert await cells_with(contracts.database, *WORDS) == set()
    assert await contracts.scalar("SELECT count(*) FROM household") == 0
    (told,) = await contracts.told(DossierErased)
    assert (str(told.dossier_id), [str(one) for one in told.cer_ids]) == (dossier_id, [cer["id"]])
    assert (told.number, told.aggregate_version) == (done["number"], planned["version"] + 1)
    assert (await contracts.get(f"/dossiers/{dossier_id}", Role.SERVICE_INSERTION)).status_code == 404
    assert (await contracts.get(f"/cers/{cer['id']}", Role.SERVICE_INSERTION)).status_code == 404


async def test_the_spouse_and_what_they_share_stay(contracts: Contracts) -> None:
    cer = await marked(contracts)
    spouse = await contracts.import_foyers(_spouse())
    assert spouse.created == 1

    await erased(contracts, cer["dossier_id"])

    found = await contracts.get("/dossiers?matricule=001234500000000", Role.SERVICE_INSERTION)
    assert [one["prenoms"] for one in found.json()["dossiers"]] == [["PAUL"]]
    left = [event.name() for event in await contracts.told() if not isinstance(event, AgentChanged)]
    assert left == ["DossierRegistered", "DossierErased"]  # the spouse's


async def test_the_confirmation_names_what_was_counted(contracts: Contracts) -> None:
    cer = await marked(contracts)
    version = (await erase(contracts, cer["dossier_id"])).json()["version"]

    refused = await erase(contracts, cer["dossier_id"], version - 1)

    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[-1]) == (412, "race-lost")
    assert await contracts.told(DossierErased) == []


async def test_no_erasure_while_somebody_decides_or_signs(contracts: Contracts) -> None:
    cer = await marked(contracts)
    assert (await contracts.send("POST", f"/cers/{cer['id']}/submission")).status_code == 200
    under_study = await erase(contracts, cer["dossier_id"])
    assert (under_study.status_code, _code(under_study)) == (409, "erasure-cer-under-study")
    assert "retourner au référent" in under_study.json()["detail"]

    other = await contracts.cer(await contracts.accompanied("009999900000000", "06 39 98 00 02"))
    await contracts.send("POST", f"/cers/{other['id']}/signature")
    signing = await erase(contracts, other["dossier_id"], 3)
    assert (signing.status_code, _code(signing)) == (409, "erasure-signature-open")
    assert await contracts.told(DossierErased) == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_only_the_administrator_erases(contracts: Contracts, role: Role) -> None:
    path = "/dossiers/01980000-0000-7000-8000-0000000000d1/erasure"
    assert (await contracts.send("POST", path, {"ground": "demande"}, role)).status_code == 403
    assert (await contracts.get("/erasures", role)).status_code == 403


async def test_an_erased_dossier_is_gone_rather_than_unknown(contracts: Contracts) -> None:
    cer = await marked(contracts)
    await erased(contracts, cer["dossier_id"])

    again = await erase(contracts, cer["dossier_id"])
    never = await erase(contracts, "01980000-0000-7000-8000-0000000000d1")

    assert (again.status_code, _code(again), never.status_code) == (410, "already-erased", 404)


async def test_late_events_of_the_person_change_and_store_nothing(contracts: Contracts) -> None:
    cer = await marked(contracts)
    await erased(contracts, cer["dossier_id"])
    about = {"cer_id": UUID(cer["id"]), "dossier_id": UUID(cer["dossier_id"])}

    for kind in (SignatureOpened, SignatureCompleted, CerSentToChefDeService):
        assert await contracts.hear(sample(kind, **about)) == "erased"

    assert await contracts.scalar("SELECT count(*) FROM parked_event") == 0
    assert await contracts.scalar("SELECT count(*) FROM cer_history") == 0


async def test_the_ledger_tells_who_has_not_answered(contracts: Contracts, tmp_path: Any) -> None:
    cer = await marked(contracts)
    done = await erased(contracts, cer["dossier_id"])
    assert done["unanswered"] == ["contracts", "signature", "documents", "validation", "notifications"]

    eraser = file_eraser(Objects(str(tmp_path / "objects"), "contracts"), stores_of, contracts.clock)
    assert await eraser.worker(contracts.database).work_once()
    about = {"dossier_id": UUID(cer["dossier_id"]), "number": done["number"], "aggregate_version": done["version"]}
    for kind in ANSWERS[:-1]:
        assert await contracts.hear(sample(kind, **about)) == "done"

    (line,) = (await contracts.get("/erasures?unanswered=true", Role.ADMIN)).json()["erasures"]
    assert (line["unanswered"], line["id"], line["asked_by"]) == (["notifications"], cer["dossier_id"], "admin-nord")
    assert {one["service"]: one["files"] for one in line["answers"]}["signature"] == 2

    assert await contracts.hear(sample(MessagesErased, **about)) == "done"
    assert (await contracts.get("/erasures?unanswered=true", Role.ADMIN)).json()["erasures"] == []
    assert len((await contracts.get("/erasures", Role.ADMIN)).json()["erasures"]) == 1


async def test_an_answer_to_an_erasure_that_the_ledger_does_not_know_is_shown(contracts: Contracts) -> None:
    assert await contracts.hear(sample(StudiesErased)) == "parked"
    assert "restauré" in str(await contracts.scalar("SELECT reason FROM parked_event"))


def _code(answer: Any) -> str:
    return str(answer.json()["type"].rsplit(":", 1)[-1])


def _spouse() -> ReadFoyer:
    """The other person of the household."""
    other = a.person(nom_naissance="AUTRE", prenoms=("PAUL",), date_naissance=date(1988, 1, 2))
    return ReadFoyer(1, a.household(), (ReadPerson(2, other),), 0)
