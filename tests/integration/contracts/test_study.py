"""The study of a submitted CER, followed by events: routed, rerouted, returned, decided, late, twice, impossible."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.events.blocks import CerContent, DecisionText, Reason
from shared.events.contracts import (
    CerDecisionEvent,
    CerRejected,
    CerRerouted,
    CerReturned,
    CerSubmitted,
    CerValidated,
)
from shared.events.sealed import Sealed
from shared.events.validation import (
    CerDecided,
    CerReturnedForComplement,
    CerSentToChefDeService,
    CerSentToCommission,
    OpinionGiven,
    StudyEvent,
    StudyOpened,
)
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.builders.events import sample
from tests.integration.contracts.conftest import COMPLETE, REFERENT, Contracts

pytestmark = pytest.mark.integration


def of(contracts: Contracts, cer: dict[str, Any], event: type[StudyEvent], submission: int = 1, **changes: Any) -> Any:
    """The event, with blocks that can be opened."""
    blocks: dict[str, Any] = {}
    if event is CerReturnedForComplement:
        reason = Reason(text="Une pièce manque.", missing=("devis",))
        blocks["reason"] = Sealed(token=contracts.keys.seal(reason))
    if event is CerDecided:
        words = DecisionText(comment="Objectifs clairs.", note_referent="Penser au bilan.")
        blocks |= {"decision": Sealed(token=contracts.keys.seal(words)), "date_debut": None}
    ids = {"cer_id": UUID(cer["id"]), "dossier_id": UUID(cer["dossier_id"])}
    return sample(event, submission=submission, **{**ids, **blocks, **changes})


async def submitted(contracts: Contracts, **changes: Any) -> dict[str, Any]:
    cer = await contracts.cer(**{"accord": "oui", **changes})
    answer = await contracts.send("POST", f"/cers/{cer['id']}/submission")
    assert answer.status_code == 200, answer.text
    assert await contracts.hear(of(contracts, cer, StudyOpened)) == "done"
    return dict(answer.json())


async def at_chef(contracts: Contracts, **changes: Any) -> dict[str, Any]:
    cer = await submitted(contracts, **changes)
    assert await contracts.hear(of(contracts, cer, CerSentToChefDeService)) == "done"
    return cer


async def parked(contracts: Contracts) -> list[str]:
    async with contracts.database.read() as session:
        rows = await session.execute(text("SELECT type FROM parked_event WHERE code <> 'held-back' ORDER BY id"))
        return [row.type.split(".")[-2] for row in rows]


async def test_the_opening_of_a_study_is_history_only(contracts: Contracts) -> None:
    cer = await submitted(contracts)

    now = await contracts.read(cer)

    assert (now["state"], now["version"]) == ("soumis_a_etude", cer["version"])
    history = (await contracts.get(f"/cers/{cer['id']}/history")).json()["history"]
    assert (history[-1]["verb"], history[-1]["actor"]) == ("open_study", "service:validation")


@pytest.mark.parametrize(
    ("outcome", "kind", "state"), [("valide", CerValidated, "valide"), ("non_valide", CerRejected, "non_valide")]
)
async def test_a_decision_is_kept_for_the_referent_and_told_with_its_words_sealed(
    contracts: Contracts, outcome: str, kind: type[CerDecisionEvent], state: str
) -> None:
    cer = await at_chef(contracts)

    assert await contracts.hear(of(contracts, cer, CerDecided, outcome=outcome)) == "done"

    now = await contracts.read(cer)
    assert (now["state"], now["decision"]["outcome"]) == (state, outcome)
    assert (now["decision"]["comment"], now["decision"]["note_referent"]) == ("Objectifs clairs.", "Penser au bilan.")
    (told,) = await contracts.told(kind)
    assert contracts.keys.open(DecisionText, told.decision).note_referent == "Penser au bilan."
    assert contracts.keys.open(CerContent, told.content).accord == "oui"
    assert (told.submission, told.path, told.date_debut) == (1, "chef_de_service", date(2026, 4, 1))
    assert now["texts_hidden"] is False
    assert (await contracts.read(cer, Role.SECRETARIAT))["decision"] is None


async def test_a_date_demandee_is_arbitrated_by_the_decision(contracts: Contracts) -> None:
    cer = await at_chef(
        contracts, nature="retablissement", date_demandee="2026-02-01", date_demandee_reason="Hospitalisation."
    )

    assert await contracts.hear(of(contracts, cer, CerDecided, outcome="valide", date_debut=date(2026, 2, 1))) == "done"

    (told,) = await contracts.told(CerValidated)
    assert told.date_debut == date(2026, 2, 1)
    assert contracts.keys.open(CerContent, told.content).date_debut == date(2026, 2, 1)
    (submission,) = await contracts.told(CerSubmitted)
    assert (submission.date_debut, submission.date_demandee) == (date(2026, 3, 1), date(2026, 2, 1))


async def test_the_commission_decides_where_the_cer_was_sent_to_it(contracts: Contracts) -> None:
    cer = await submitted(contracts)

    assert await contracts.hear(of(contracts, cer, CerSentToCommission)) == "done"
    assert await contracts.hear(of(contracts, cer, OpinionGiven)) == "ignored"
    assert (await contracts.read(cer))["state"] == "etude_en_commission"
    assert await contracts.hear(of(contracts, cer, CerDecided, path="commission", outcome="valide")) == "done"
    assert (await contracts.read(cer))["state"] == "valide"


async def test_a_submission_tells_everybody_who_wrote_in_the_cer(
    contracts: Contracts,
) -> None:
    dossier = await contracts.accompanied()
    cer = await contracts.cer(dossier, accord="oui")
    await contracts.get("/dossiers", subject="referent-2")
    named = {"referent_id": "referent-2"}
    path = f"/dossiers/{dossier['id']}/referent"
    given = await contracts.send("PUT", path, named, Role.SECRETARIAT, version=dossier["version"])
    assert given.status_code == 200, given.text
    written = COMPLETE | {"accord": "oui", "situation": "Reprise par une collègue."}
    for version in (1, 2):  # the change puts the check-box back: it is ticked anew
        revised = await contracts.send("PUT", f"/cers/{cer['id']}", written, version=version, subject="referent-2")
        assert revised.status_code == 200, revised.text

    submitted = await contracts.send("POST", f"/cers/{cer['id']}/submission", subject="referent-2")

    assert submitted.status_code == 200, submitted.text
    (told,) = await contracts.told(CerSubmitted)
    assert (told.referent_id, set(told.author_ids)) == ("referent-2", {REFERENT, "referent-2"})


async def test_a_change_of_path_is_told(contracts: Contracts) -> None:
    cer = await submitted(contracts)

    for event in (CerSentToCommission, CerSentToChefDeService, CerSentToCommission):
        assert await contracts.hear(of(contracts, cer, event)) == "done"

    assert [one.state for one in await contracts.told(CerRerouted)] == ["attente_decision", "etude_en_commission"]


async def test_a_return_makes_a_proposition_again_and_the_next_submission_has_its_number(contracts: Contracts) -> None:
    cer = await at_chef(contracts)

    assert await contracts.hear(of(contracts, cer, CerReturnedForComplement)) == "done"

    (told,) = await contracts.told(CerReturned)
    assert contracts.keys.open(Reason, told.reason).missing == ("devis",)
    now = await contracts.read(cer)
    assert (now["state"], now["accord"]) == ("proposition", "oui")
    history = (await contracts.get(f"/cers/{cer['id']}/history")).json()["history"]
    assert history[-1]["reason"] == "Une pièce manque.\ndevis"
    body = {**COMPLETE, "accord": "oui", "priority": "urgente"}
    revised = await contracts.send("PUT", f"/cers/{cer['id']}", body, version=now["version"])
    assert revised.status_code == 200
    again = await contracts.send("POST", f"/cers/{cer['id']}/submission")
    assert (again.json()["submission"], again.json()["state"]) == (2, "soumis_a_etude")


@pytest.mark.parametrize("event", [StudyOpened, CerSentToCommission, CerReturnedForComplement, CerDecided])
async def test_what_comes_for_an_older_submission_goes_to_history_only(
    contracts: Contracts, event: type[StudyEvent]
) -> None:
    cer = await at_chef(contracts)
    await contracts.hear(of(contracts, cer, CerReturnedForComplement))
    await contracts.send("POST", f"/cers/{cer['id']}/submission")

    assert await contracts.hear(of(contracts, cer, event, submission=1)) == "stale"

    now = await contracts.read(cer)
    assert (now["state"], now["submission"], now["decision"]) == ("soumis_a_etude", 2, None)
    history = (await contracts.get(f"/cers/{cer['id']}/history")).json()["history"]
    assert (history[-1]["verb"], history[-1]["details"]) == ("stale", {"event": event.name(), "submission": 1})
    assert await parked(contracts) == []


@pytest.mark.parametrize(
    ("event", "changes"),
    [
        (CerDecided, {"outcome": "valide", "path": "chef_de_service"}),
        (CerDecided, {"outcome": "valide", "path": "commission"}),
        (StudyOpened, {"submission": 2}),
    ],
)
async def test_what_does_not_fit_the_state_changes_nothing_and_is_parked(
    contracts: Contracts, event: type[StudyEvent], changes: dict[str, Any]
) -> None:
    cer = await submitted(contracts)

    assert await contracts.hear(of(contracts, cer, event, **changes)) == "parked"

    now = await contracts.read(cer)
    assert (now["state"], now["version"]) == ("soumis_a_etude", cer["version"])
    assert await parked(contracts) == [event.name()]


@pytest.mark.parametrize(
    "changes", [{"outcome": "peut_etre"}, {"path": "commission"}, {"date_debut": date(2027, 1, 1)}]
)
async def test_a_decision_that_cannot_be_is_parked(contracts: Contracts, changes: dict[str, Any]) -> None:
    cer = await at_chef(contracts)

    assert await contracts.hear(of(contracts, cer, CerDecided, **{"outcome": "valide", **changes})) == "parked"
    assert (await contracts.read(cer))["state"] == "attente_decision"


async def test_a_decided_cer_is_decided_once(contracts: Contracts) -> None:
    cer = await at_chef(contracts)
    decided, event_id = of(contracts, cer, CerDecided, outcome="valide"), new_id()

    assert await contracts.hear(decided, event_id) == "done"
    assert await contracts.hear(decided, event_id) == "seen"
    assert await contracts.hear(of(contracts, cer, CerDecided, outcome="non_valide")) == "parked"

    assert (await contracts.read(cer))["state"] == "valide"
    assert len(await contracts.told(CerDecisionEvent)) == 1


async def test_dernier_contrat_can_still_be_said_of_a_validated_cer(contracts: Contracts) -> None:
    cer = await at_chef(contracts)
    path = f"/cers/{cer['id']}/dernier-contrat"
    version = (await contracts.read(cer))["version"]
    refused = await contracts.send("PUT", path, {"dernier_contrat": True}, version=version)
    await contracts.hear(of(contracts, cer, CerDecided, outcome="valide"))

    answer = await contracts.send("PUT", path, {"dernier_contrat": True}, version=version + 1)

    assert refused.json()["type"] == "urn:cer:problem:impossible-move"
    assert (answer.status_code, answer.json()["dernier_contrat"]) == (200, True)
