"""What the papers of a commission's session show."""

from datetime import UTC, datetime

from services.documents.domain.samples import LETTERHEAD
from services.documents.domain.sessions import Case, Member, Session, agenda, minutes

SESSION = Session(
    commission="Équipe pluridisciplinaire",
    at=datetime(2026, 4, 14, 7, 0, tzinfo=UTC),
    place="Aubenas",
    chair="Dominique Coiron",
    members=(
        Member(name="Camille Mirabel", quality="Référente"),
        Member(name="Sacha Volane", quality="Mission locale", present=False),
    ),
    cases=(
        Case(
            person="Jeanne Fictive", number="0012345", referent="Camille Mirabel", subject="Avis", opinion="favorable",
        ),
        Case(
            person="Karim Modèle", number="0012346", referent="Camille Mirabel", subject="Avis",
            opinion="defavorable", motives=("Sans date.",), heard="Entendu.",
        ),
    ),
)  # fmt: skip


def test_an_agenda_says_nothing_of_an_opinion_even_printed_after_the_session() -> None:
    sheet = agenda(SESSION, LETTERHEAD)
    assert [(case.opinion, case.motives, case.heard) for case in sheet.cases] == [("", (), "")] * 2
    assert sheet.counts == ()


def test_minutes_count_who_came_and_what_was_said() -> None:
    sheet = minutes(SESSION, LETTERHEAD)
    assert [case.opinion for case in sheet.cases] == ["Favorable", "Défavorable"]
    assert {row.label: row.value for row in sheet.counts} == {
        "Membres présents": "1 sur 2",
        "Favorable": "1",
        "Défavorable": "1",
        "Ajourné à une autre séance": "0",
    }


def test_a_session_is_told_in_the_hour_of_paris() -> None:
    facts = {row.label: row.value for row in agenda(SESSION, LETTERHEAD).facts}
    assert facts["Séance"] == "mardi 14 avril 2026, 9 h"
    assert "Secrétariat" not in facts
