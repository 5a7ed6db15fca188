"""The flow of the CAF and the MSA: who is read, who is refused and where, and what is never kept in memory."""

import io
import resource
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from services.contracts.adapters.cnaf.reader import SCHEMA, read_flow
from services.contracts.domain.dossiers.household import Household, Person
from services.contracts.domain.imports.flow import BrokenFlow, FlowFacts, ReadFoyer, Refused

DATA = Path(__file__).parents[2] / "data" / "cnaf"
SAMPLE = (DATA / "RSABEM.xml").read_bytes()
START = SAMPLE.index(b"\t<InfosFoyerRSA>")
END = SAMPLE.index(b"\t<TransmissionFlux>")
SECOND = SAMPLE.index(b"\t<InfosFoyerRSA>", START + 1)
HEAD, FIRST, TAIL = SAMPLE[:START], SAMPLE[START:SECOND], SAMPLE[END:]


def read(data: bytes) -> list[ReadFoyer | Refused]:
    return list(read_flow(io.BytesIO(data)))


def foyer(data: bytes) -> ReadFoyer:
    (found,) = read(HEAD + data + TAIL)
    assert isinstance(found, ReadFoyer)
    return found


def refused(data: bytes) -> Refused:
    (found,) = read(HEAD + data + TAIL)
    assert isinstance(found, Refused)
    return found


def persons(foyers: list[ReadFoyer | Refused]) -> list[Person]:
    return [one.person for each in foyers if isinstance(each, ReadFoyer) for one in each.persons]


def test_the_schema_in_the_service_is_the_one_of_the_samples() -> None:
    assert SCHEMA.read_bytes() == (DATA / "vrsb0801.xsd").read_bytes()


def test_the_sample_has_two_households_and_two_spouses_in_the_first() -> None:
    first, second = read(SAMPLE)

    assert isinstance(first, ReadFoyer)
    assert isinstance(second, ReadFoyer)
    assert first.household == Household("CAF", "521", "205599000000000")
    assert second.household == Household("CAF", "521", "208956400000000")
    assert [(one.line, one.person.nom_naissance) for one in first.persons] == [(29, "TIFOUR"), (135, "KELLER")]
    assert [one.person.nom_naissance for one in second.persons] == ["BULLOCK"]


def test_the_other_sample_has_one_person() -> None:
    (person,) = persons(read((DATA / "RSABEM-ouvert.xml").read_bytes()))

    assert (person.civilite, person.sexe, person.prenoms) == ("Mme", "F", ("ETA",))
    assert person.adresse == ("25 RUE HENRI BARBUSSE", "92300 LEVALLOIS PERRET")
    assert (person.date_naissance.isoformat(), person.situation_familiale) == ("1973-07-21", "CEL")
    assert person.date_entree_rsa is not None
    assert person.date_entree_rsa.isoformat() == "2018-08-06"


@pytest.mark.parametrize("matricule", ["001234500000000", "000000000000001", "7"])
def test_the_matricule_is_kept_as_written(matricule: str) -> None:
    read_one = foyer(FIRST.replace(b"205599000000000", matricule.encode()))

    assert read_one.household.matricule == matricule


def test_the_post_code_keeps_its_leading_zero() -> None:
    assert foyer(FIRST.replace(b"92300", b"07200")).persons[0].person.adresse[-1] == "07200 LEVALLOIS PERRET"


def test_accents_are_read_in_the_declared_encoding() -> None:
    data = FIRST.replace(b"<PRENOM>NOEL", "<PRENOM>NOËL-ANDRÉ Œ€".encode("windows-1252"))

    assert foyer(data).persons[1].person.prenoms == ("NOËL-ANDRÉ Œ€",)


def test_the_nir_is_not_read() -> None:
    assert b"2820251108030" in SAMPLE
    assert "2820251108030" not in repr(read(SAMPLE))


def test_children_and_other_dependants_have_no_cer() -> None:
    role = b"<NATPREST>RSA</NATPREST>\n\t\t\t\t<ROLEPERS>CJT"
    assert role in FIRST
    data = FIRST.replace(role, role.replace(b"CJT", b"ENF"), 1)
    read_one = foyer(data)

    assert [one.person.nom_naissance for one in read_one.persons] == ["KELLER"]
    assert read_one.others == 1


def test_a_married_name_is_told_from_the_birth_name() -> None:
    person = foyer(FIRST.replace(b"<NOM>TIFOUR", b"<NOM>KELLER")).persons[0].person

    assert (person.nom_naissance, person.nom_usage) == ("TIFOUR", "KELLER")


@pytest.mark.parametrize(
    ("before", "after", "line", "code"),
    [
        (b"<SEXE>2", b"<SEXE>22", 40, "schema"),
        (b"<SEXE>2", b"<SEXE>3", 29, "sexe"),
        (b"<FONORG>CAF", b"<FONORG>XXX", 13, "organisme"),
        (b"205599000000000", b"+20559900000000", 13, "matricule"),
        (b"205599000000000", b"20559900000000A", 18, "schema"),
        (b"1982-02-01", b"1982-02-31", 36, "schema"),
        (b"<PRENOM>SOPHIE", b"<PRENOM> ", 29, "name"),
        (b"<NOM>TIFOUR", b"<SEXE>1</SEXE><NOM>TIFOUR", 32, "schema"),
        (b"\t\t<DonneesAdministratives>", b"\t\t<Organisme/><DonneesAdministratives>", 241, "schema"),
    ],
)
def test_a_foyer_that_does_not_fit_is_refused_with_its_line_and_the_others_go_on(
    before: bytes, after: bytes, line: int, code: str
) -> None:
    assert before in FIRST
    found = read(HEAD + FIRST.replace(before, after, 1) + SAMPLE[SECOND:])

    assert isinstance(found[0], Refused)
    assert (found[0].line, found[0].code) == (line, code)
    assert [person.nom_naissance for person in persons(found)] == ["BULLOCK"]


def test_a_refusal_repeats_nothing_of_the_person() -> None:
    reason = refused(FIRST.replace(b"<NOM>TIFOUR", b"<NOM>TIFOUR-MARTINEZ-DE-LA-VEGA-Y-LOPEZ", 1)).reason

    assert reason == "NOM : valeur trop longue (schéma vrsb0801)."


def test_utf8_that_calls_itself_windows_1252_is_not_kept_as_mojibake() -> None:
    assert refused(FIRST.replace(b"NOEL", "NOËL".encode())).code == "encoding"


def broken(data: bytes) -> tuple[list[ReadFoyer | Refused], Refused]:
    found: list[ReadFoyer | Refused] = []
    with pytest.raises(BrokenFlow) as error:
        found.extend(each for each in _kept(data, found))
    return found, error.value.refused


def _kept(data: bytes, found: list[ReadFoyer | Refused]) -> Iterator[ReadFoyer | Refused]:
    for each in read_flow(io.BytesIO(data)):
        found.append(each)
        yield from ()


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (b"", 1, "not-xml"),
        (b"PK\x03\x04 a spreadsheet", 1, "not-xml"),
        (SAMPLE.decode("windows-1252").encode("utf-16"), 1, "not-xml"),
        (SAMPLE.replace(b"windows-1252", b"ebcdic-cp-fr"), 1, "encoding"),
        (SAMPLE.replace(b"Racine", b"Autre"), 1, "not-a-flow"),
        (b"<html><body>Bonjour</body></html>", 1, "not-a-flow"),
        (SAMPLE.replace(b"<Racine", b'<!DOCTYPE R [<!ENTITY a "ha">]><Racine', 1), 1, "doctype"),
        (SAMPLE.replace(b"<Racine", b'<!DOCTYPE R SYSTEM "file:///etc/passwd"><Racine', 1), 1, "doctype"),
        (
            SAMPLE.replace(b"<Racine", b"<!--" + b" " * 70_000 + b"--><!DOCTYPE R []><Racine", 1),
            1,
            "doctype",
        ),
    ],
)
def test_what_is_no_flow_is_refused_whole(data: bytes, line: int, code: str) -> None:
    found, why = broken(data)

    assert (found, why.line, why.code) == ([], line, code)


def test_a_billion_laughs_is_refused_before_the_parser_sees_it() -> None:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (rank, b"&e%d;" % (rank - 1) * 10) for rank in range(1, 12))
    data = HEAD.replace(b"<Racine", b'<!DOCTYPE R [<!ENTITY e0 "ha">' + entities + b"]><Racine") + FIRST

    assert broken(data)[1].code == "doctype"


def test_an_undeclared_entity_breaks_the_flow_where_it_stands() -> None:
    found, why = broken(HEAD + FIRST + FIRST.replace(b"KELLER", b"&xxe;") + TAIL)

    assert len(found) == 1
    assert (why.code, why.line) == ("malformed", 412)


@pytest.mark.parametrize("cut", [len(HEAD) + len(FIRST) + 2_000, len(SAMPLE) - 60])
def test_a_truncated_file_keeps_what_came_whole_and_says_where_it_breaks(cut: int) -> None:
    found, why = broken(SAMPLE[:cut])

    assert len(found) == (1 if cut < len(SAMPLE) - 100 else 2)
    assert why.code == "truncated"
    assert abs(why.line - SAMPLE[:cut].count(b"\n")) <= 1


def test_a_flow_without_its_end_is_incomplete() -> None:
    found, why = broken(HEAD + FIRST + b"</Racine>")

    assert (len(found), why.code) == (1, "incomplete")


def test_what_stands_between_foyers_is_refused() -> None:
    found = read(HEAD + FIRST + b"<Organisme/>" + TAIL)

    assert [each.code for each in found if isinstance(each, Refused)] == ["schema"]


def test_tags_that_the_schema_does_not_know_are_left_out_and_counted_by_name() -> None:
    facts = FlowFacts()
    data = FIRST.replace(b"<NOM>", b"<NOUVEAU><NOM>autre</NOM></NOUVEAU><NOM>").replace(b"<SEXE>", b"<GENRE/><SEXE>", 1)

    found = list(read_flow(io.BytesIO(HEAD + data + b"<Publicite/>" + TAIL), facts))

    assert [person.nom_naissance for person in persons(found)] == ["TIFOUR", "KELLER"]
    assert facts.unknown_tags == {"NOUVEAU": data.count(b"<NOUVEAU>"), "GENRE": 1, "Publicite": 1}


def test_known_tags_stay_checked_beside_unknown_ones() -> None:
    data = FIRST.replace(b"<SEXE>2", b"<NOUVEAU>1</NOUVEAU><SEXE>22", 1)

    assert refused(data).reason == "SEXE : valeur trop longue (schéma vrsb0801)."


def test_the_names_of_unknown_tags_are_counted_within_bounds() -> None:
    facts = FlowFacts()
    data = b"".join(b"<X%d/>" % rank for rank in range(300)) + b"<NOM>TIFOUR"

    list(read_flow(io.BytesIO(HEAD + FIRST.replace(b"<NOM>TIFOUR", data, 1) + TAIL), facts))

    assert len(facts.unknown_tags) == 101
    assert facts.unknown_tags.total() == 300


@pytest.mark.parametrize("kind", ["M", "J"])
def test_a_daily_flow_says_what_it_is(kind: str) -> None:
    facts = FlowFacts()

    found = list(read_flow(io.BytesIO(SAMPLE.replace(b"<TYPEFLUX>M", b"<TYPEFLUX>" + kind.encode())), facts))

    assert (facts.type_flux, len(found)) == (kind, 2)


class Repeated(io.RawIOBase):
    """A flow of as many foyers, made as it is read."""

    def __init__(self, foyers: int) -> None:
        self.parts = chain([HEAD], repeat(FIRST, foyers), [TAIL])
        self.ahead = b""

    def read(self, size: int = -1) -> bytes:
        while len(self.ahead) < size and (part := next(self.parts, b"")):
            self.ahead += part
        chunk, self.ahead = self.ahead[:size], self.ahead[size:]
        return chunk


def _resident() -> int:
    """Bytes of memory that this process holds, those of the XML library included."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _count(foyers: int) -> int:
    return sum(1 for _ in read_flow(cast("BinaryIO", Repeated(foyers))))


def test_memory_does_not_grow_with_the_file() -> None:
    assert _count(100) == 100
    before = _resident()

    assert _count(1_500) == 1_500

    assert _resident() - before < 5 * 1024 * 1024


class Endless(io.RawIOBase):
    """A file that never ends a foyer."""

    def __init__(self, start: bytes, filler: bytes) -> None:
        self.filler = filler
        self.ahead = start
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        chunk, self.ahead = self.ahead[:size], self.ahead[size:]
        chunk = chunk or (self.filler * size)[:size]
        self.given += len(chunk)
        return chunk


@pytest.mark.parametrize("filler", [b" ", b"A", b"<x></x>", b"\n"])
def test_a_foyer_without_end_is_given_up_within_bounds(filler: bytes) -> None:
    file = Endless(HEAD + FIRST[:3_000], filler)

    with pytest.raises(BrokenFlow) as error:
        list(read_flow(cast("BinaryIO", file)))

    assert error.value.refused.code in {"foyer-too-large", "malformed"}
    assert file.given < 6 * 1024 * 1024
