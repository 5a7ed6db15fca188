"""Free search over HTTP: names in any order and mistyped, dates, numbers, within what the agent sees."""

from datetime import date
from typing import Any
from urllib.parse import quote

import pytest

from shared.security.principal import Role
from tests.integration.contracts.conftest import MOBILE, REFERENT, Contracts

pytestmark = pytest.mark.integration


async def search(contracts: Contracts, text: str, more: str = "", role: Role = Role.REFERENT, **who: Any) -> list[str]:
    answer = await contracts.get(f"/dossiers?q={quote(text)}{more}", role, **who)
    assert answer.status_code == 200, answer.text
    return [one["matricule"] for one in answer.json()["dossiers"]]


async def people(contracts: Contracts) -> None:
    await contracts.person("1", nom_naissance="DUPONT", prenoms=("JEAN",), date_naissance=date(1971, 7, 2))
    await contracts.person("2", nom_naissance="LEFÈVRE", nom_usage="DUPONT-MARTIN", prenoms=("ZOÉ", "MARIE-CLAIRE"))
    await contracts.person("3", nom_naissance="LE GOFF", prenoms=("YANN",))
    await contracts.person("4", nom_naissance="DE LA TOUR", prenoms=("JEANNE",))
    await contracts.person("5", nom_naissance="O'BRIEN", prenoms=("PATRICIA",))
    await contracts.person("6", nom_naissance="DUPOND", prenoms=("JEANNE",), date_naissance=date(1971, 7, 2))


NAMES: list[tuple[str, list[str]]] = [
    ("DUPONT Jean", ["1", "6"]),
    ("jean dupont", ["1", "6"]),
    ("zoe dupont-martin", ["2"]),
    ("dupont martin", ["2"]),
    ("lefevre", ["2"]),
    ("claire lefèvre", ["2"]),
    ("goff", ["3"]),
    ("legoff yann", ["3"]),
    ("Le Goff", ["3"]),
    ("latour", ["4"]),
    ("de la tour jeanne", ["4"]),
    ("delatour", ["4"]),
    ("obrien", ["5"]),
    ("o’brien patricia", ["5"]),
    ("yan", ["3"]),
    # Mistyped: a letter swapped, missing, too many, wrong.
    ("LEFERVE", ["2"]),
    ("patrica brien", ["5"]),
    ("gofff", ["3"]),
    ("jaen dupomt", ["1"]),
    ("02/07/1971", ["6", "1"]),
    ("dupont 02/07/1971", ["1", "6"]),
    ("dupond 2.7.1971", ["6", "1"]),
    ("1971-07-02 jeanne", ["6"]),
    ("inconnu", []),
    ("dupont 03/07/1971", []),
]
NUMBERS: list[tuple[str, list[str]]] = [
    ("001234500000000", ["001234500000000"]),
    ("0012345", ["001234500000000"]),
    ("12345", ["001234500000000"]),
    ("12 345 A", ["001234500000000"]),
    ("071 0012345", ["001234500000000"]),
    ("12345 essai", ["001234500000000"]),
    ("12345 autre", []),
    (MOBILE, ["001234500000000"]),
    ("+33 6 39 98 00 01", ["001234500000000"]),
    ("0639980001 jeanne", ["001234500000000"]),
    ("123456", []),
    ("2345", []),
]


async def test_a_name_is_found_as_it_is_typed(contracts: Contracts) -> None:
    await people(contracts)

    assert {typed: await search(contracts, typed) for typed, _ in NAMES} == dict(NAMES)


async def test_a_number_is_found_as_people_write_it(contracts: Contracts) -> None:
    await contracts.accompanied()
    await contracts.person("777")

    assert {typed: await search(contracts, typed) for typed, _ in NUMBERS} == dict(NUMBERS)


async def test_zeros_only_count_for_a_matricule_that_is_kept_exactly_so(contracts: Contracts) -> None:
    await contracts.person("0012345")
    await contracts.person("12345")
    await contracts.person("0067890")

    async def found(query: str) -> list[str]:
        return [one["matricule"] for one in (await contracts.get(f"/dossiers?{query}")).json()["dossiers"]]

    assert await found("matricule=12345") == ["12345"]
    assert await found("matricule=0012345") == ["0012345"]
    assert await found("matricule=67890") == ["0067890"]
    assert (await search(contracts, "12345"))[0] == "12345"


async def test_a_search_shows_only_what_the_agent_sees(contracts: Contracts) -> None:
    await contracts.accompanied()

    for typed in ("essai", "esai jeanne", "001234500000000", MOBILE, "05/04/1990"):
        assert len(await search(contracts, typed)) == 1
        assert len(await search(contracts, typed, territory="sud", subject=REFERENT)) == 1
        assert await search(contracts, typed, territory="sud", subject="referent-sud") == []
        assert await search(contracts, typed, role=Role.SECRETARIAT, territory="sud") == []
        assert len(await search(contracts, typed, role=Role.CHEF_DE_SERVICE)) == 1


async def test_filters_go_with_a_search_and_with_a_list(contracts: Contracts) -> None:
    await contracts.accompanied()
    await contracts.person("2", nom_naissance="ESSAIM")

    for start in ("q=essai", "name=essai"):

        async def found(more: str, start: str = start) -> list[str]:
            answer = await contracts.get(f"/dossiers?{start}{more}", Role.SERVICE_INSERTION)
            return [one["matricule"] for one in answer.json()["dossiers"]]

        assert await found("") == ["001234500000000", "2"]
        assert await found(f"&referent={REFERENT}") == ["001234500000000"]
        assert await found("&matricule=2") == ["2"]
        assert await found("&organisme=MSA") == []
        assert await found("&birth=05/04/1990&territory=nord") == ["001234500000000", "2"]
        assert await found("&birth=1990-04-06") == []


async def test_answers_are_scored_and_a_page_says_that_there_are_more(contracts: Contracts) -> None:
    for number in range(4):
        await contracts.person(f"9{number}", nom_naissance="MARTIN", prenoms=(f"PRENOM{number}",))

    page = (await contracts.get("/dossiers?q=martin&limit=3")).json()
    near = (await contracts.get("/dossiers?q=martni")).json()

    assert [one["score"] for one in page["dossiers"]] == [1.0, 1.0, 1.0]
    assert (page["more"], page["next"]) == (True, None)
    assert {one["score"] for one in near["dossiers"]} == {0.833}
    assert near["more"] is False


async def test_of_a_mistyped_word_those_who_bear_it_as_a_name_fill_the_page_first(contracts: Contracts) -> None:
    for number in range(3):
        await contracts.person(f"1{number}", nom_naissance=f"ABEL{number}", prenoms=("BERNARD",))
        await contracts.person(f"2{number}", nom_naissance="BERNARD", prenoms=(f"ZOE{number}",))
    await contracts.person("30", nom_naissance="BERNARDIN", prenoms=("ANNE",))

    assert await search(contracts, "bernrad", "&limit=2") == ["20", "21"]
    assert await search(contracts, "bernrad") == ["20", "21", "22", "10", "11", "12"]


EMPTY = [
    ("q=--", "q"),
    ("q=a b c d e f g h", "q"),
    ("q=dupont 31/02/1971", "q"),
    ("birth=demain", "birth"),
    ("birth=31/02/1971", "birth"),
    ("name=--", "name"),
    ("q=dupont&name=du", "name"),
    ("q=dupont&after=01980000-0000-7000-8000-0000000000d1", "after"),
    ("after=01980000-0000-7000-8000-0000000000d1", "after"),
    ("matricule=abc", "query.matricule"),
    ("q=d", "query.q"),
]
HOSTILE = ["'; DROP TABLE dossier", "a:* | b", "((()))x", "\\'x", "Иванов", "李 小龍", "%_%"]


async def test_a_search_that_asks_for_nothing_is_refused(contracts: Contracts) -> None:
    for query, field in EMPTY:
        answer = await contracts.get(f"/dossiers?{query}")

        assert answer.status_code == 422, (query, answer.text)
        assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_what_is_typed_is_never_part_of_a_statement(contracts: Contracts) -> None:
    await contracts.person()

    for typed in HOSTILE:
        assert (await contracts.get(f"/dossiers?q={quote(typed)}")).status_code in {200, 422}, typed
    assert len(await search(contracts, "essai")) == 1
