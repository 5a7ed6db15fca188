"""What an agent corrected stands against the flow, which goes on knowing the person by what it says."""

from datetime import date
from typing import Any

import pytest

from services.contracts.domain.dossiers.household import Person
from services.contracts.domain.imports.flow import ReadFoyer, ReadPerson, Report
from shared.security.principal import Role
from tests.builders import contracts as a
from tests.integration.contracts.conftest import Contracts

pytestmark = pytest.mark.integration

FIELDS = ("civilite", "sexe", "nom_naissance", "nom_usage", "prenoms", "date_naissance", "adresse")
OPTIONAL = ("situation_familiale", "date_entree_rsa")


async def flow(contracts: Contracts, *persons: Person) -> Report:
    read = tuple(ReadPerson(7 + place, one) for place, one in enumerate(persons))
    return await contracts.import_foyers(ReadFoyer(1, a.household(), read, 0))


async def correct(contracts: Contracts, dossier_id: str, **fields: Any) -> None:
    now = (await contracts.get(f"/dossiers/{dossier_id}", Role.SECRETARIAT)).json()
    body = {name: now[name] for name in FIELDS + OPTIONAL} | fields
    answer = await contracts.send(
        "PUT", f"/dossiers/{dossier_id}/identity", body, Role.SECRETARIAT, version=now["version"]
    )
    assert answer.status_code == 200, answer.text


async def now(contracts: Contracts, dossier_id: str) -> dict[str, Any]:
    return dict((await contracts.get(f"/dossiers/{dossier_id}", Role.SECRETARIAT)).json())


async def test_the_next_flow_does_not_undo_what_an_agent_corrected_and_says_so(contracts: Contracts) -> None:
    dossier = await contracts.person()
    await correct(contracts, dossier["id"], nom_usage="Nouveau", adresse=["9 rue Neuve", "07200 Aubenas"])

    first = await flow(contracts, a.person(situation_familiale="MAR"))
    again = await flow(contracts, a.person(situation_familiale="MAR"))

    kept = await now(contracts, dossier["id"])
    assert (kept["nom_usage"], kept["adresse"]) == ("Nouveau", ["9 rue Neuve", "07200 Aubenas"])
    assert kept["situation_familiale"] == "MAR"
    assert [(one.line, one.field, one.code) for one in first.kept] == [
        (7, "nom_usage", "corrected-here"),
        (7, "adresse", "corrected-here"),
    ]
    assert (first.changed, again.changed, again.unchanged, len(again.kept)) == (1, 0, 1, 2)


@pytest.mark.parametrize(
    ("field", "right"),
    [("nom_naissance", "Exemplaire"), ("prenoms", ["Jeannette"]), ("date_naissance", "1990-05-04")],
)
async def test_who_was_corrected_is_known_to_the_flow_by_what_it_says(
    contracts: Contracts, field: str, right: Any
) -> None:
    dossier = await contracts.person()
    await correct(contracts, dossier["id"], **{field: "Premier jet" if field == "nom_naissance" else right})
    await correct(contracts, dossier["id"], **{field: right})

    wrong = await flow(contracts, a.person())
    after = await now(contracts, dossier["id"])
    agreed = await flow(contracts, a.person(**_flows(field, right)))

    assert (wrong.created, wrong.unchanged, wrong.refused) == (0, 1, [])
    assert [one.field for one in wrong.kept] == [field]
    assert after[field] == right
    assert (agreed.created, agreed.unchanged, agreed.kept, agreed.refused) == (0, 1, [], [])
    assert (await contracts.get("/matchings?state=open", Role.SECRETARIAT)).json()["matchings"] == []


async def test_saying_that_it_is_the_same_person_does_not_write_back_what_was_corrected(contracts: Contracts) -> None:
    dossier = await contracts.person()
    await correct(contracts, dossier["id"], nom_naissance="Exemplaire")
    other = a.person(nom_naissance="ENCORE", nom_usage="USAGE")
    await flow(contracts, other)
    (one,) = (await contracts.get("/matchings?state=open", Role.SECRETARIAT)).json()["matchings"]

    body = {"decision": "same", "dossier_id": dossier["id"]}
    path = f"/matchings/{one['id']}/resolution"
    done = await contracts.send("POST", path, body, Role.SECRETARIAT, version=one["version"])
    report = await flow(contracts, other)
    later = await flow(contracts, a.person(nom_naissance="ENCORE", nom_usage="AUTRE"))

    assert done.status_code == 200, done.text
    kept = await now(contracts, dossier["id"])
    assert (kept["nom_naissance"], kept["nom_usage"]) == ("Exemplaire", "AUTRE")
    assert (report.unchanged, [one.field for one in report.kept]) == (1, ["nom_naissance"])
    assert (later.changed, later.refused) == (1, [])


async def test_a_former_name_does_not_take_the_place_of_who_bears_it(contracts: Contracts) -> None:
    corrected = await contracts.person()
    was = await now(contracts, corrected["id"])
    await correct(contracts, corrected["id"], nom_naissance="Exemplaire")
    body = {name: was[name] for name in FIELDS + OPTIONAL} | {"organisme": "CAF", "numero_organisme": "071"}
    bearer = await contracts.send("POST", "/dossiers", {**body, "matricule": a.household().matricule})
    assert bearer.status_code == 201, bearer.text

    report = await flow(contracts, a.person(adresse=("ICI", "07000 PRIVAS")))

    assert (report.changed, report.kept) == (1, [])
    assert (await now(contracts, bearer.json()["id"]))["adresse"] == ["ICI", "07000 PRIVAS"]
    assert (await now(contracts, corrected["id"]))["adresse"] != ["ICI", "07000 PRIVAS"]


def _flows(field: str, right: Any) -> dict[str, Any]:
    if field == "date_naissance":
        return {field: date.fromisoformat(right)}
    return {field: tuple(right) if field == "prenoms" else right}
