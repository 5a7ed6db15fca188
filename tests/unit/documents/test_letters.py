"""What letters say, and to which window of an envelope."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.address import LINE, LINES_SHOWN, AddressTooLong, postal
from services.documents.domain.labels import civilite, full_date, hour, uncapitalised
from services.documents.domain.letters import Rdv, RelanceCause, Sending, convocation, relance
from tests.builders import documents as build
from tests.builders import events

SENDING = Sending(
    person=events.identity(), signer=events.chef_card(), day=date(2026, 3, 20), letterhead=build.LETTERHEAD
)
RDV = Rdv(
    at=datetime(2026, 4, 14, 12, 30, tzinfo=UTC),
    place=("Maison du Département", "07200 Aubenas"),
    with_whom="Camille Mirabel",
    purpose="Renouvellement",
)


def test_the_town_stands_in_capitals_and_no_line_ends_with_a_sign() -> None:
    assert postal("Madame Jeanne Fictive", ("1, rue de l'Exemple,", "", "07200 Aubenas.")) == (
        "Madame Jeanne Fictive",
        "1 rue de l'Exemple",
        "07200 AUBENAS",
    )


def test_a_line_that_is_too_long_goes_on_and_is_never_cut() -> None:
    lines = postal(f"Madame Zoë {build.LONG_NAME}", ("07200 Aubenas",))
    assert " ".join(lines[:-1]) == f"Madame Zoë {build.LONG_NAME}"
    assert all(len(line) <= LINE for line in lines)


def test_a_person_without_address_has_an_empty_window() -> None:
    assert postal("Madame Jeanne Fictive", ()) == ()
    assert postal("Madame Jeanne Fictive", (" ",)) == ()


def test_more_lines_than_the_window_shows_are_refused() -> None:
    with pytest.raises(AddressTooLong, match="montre 8"):
        postal("Madame Jeanne Fictive", ("une ligne",) * LINES_SHOWN)


@given(st.lists(st.text(st.characters(categories=("L", "Nd", "Zs")), max_size=60), max_size=4))
def test_no_word_of_an_address_is_lost(address: list[str]) -> None:
    try:
        lines = postal("Madame Essai", address)
    except AddressTooLong:
        return
    words = [word for line in address for word in line.split()]
    assert "".join(lines).replace(" ", "").upper() in (
        "",
        "".join(["MadameEssai", *words]).upper(),
    )


def test_a_convocation_tells_the_hour_of_paris_and_what_it_replaces() -> None:
    letter = convocation(SENDING, RDV, replaces=date(2026, 3, 2))
    assert (letter.rdv.day, letter.rdv.hour, letter.replaces) == ("mardi 14 avril 2026", "14 h 30", "2 mars 2026")
    assert letter.recipient[0] == "Madame Jeanne Fictive"
    assert {row.label: row.value for row in letter.references} == {
        "N° CAF": "0012345",
        "Pour nous joindre": build.LETTERHEAD.phone,
    }


@pytest.mark.parametrize("cause", RelanceCause)
def test_a_relance_says_why_and_until_when(cause: RelanceCause) -> None:
    letter = relance(SENDING, cause, date(2026, 3, 1), date(2026, 4, 3))
    assert (letter.since, letter.reply_by, letter.rdv) == ("1er mars 2026", "3 avril 2026", None)


def test_a_notification_has_the_motives_who_decided_and_how_to_appeal() -> None:
    letter = build.letter()
    assert letter.title == "Votre contrat d'engagement n'est pas validé"
    assert (letter.signatory, letter.quality) == ("Dominique Coiron", "Chef de service")
    assert len(letter.decision.motives) == 2
    assert any("deux mois" in text for text in letter.decision.appeal)
    assert letter.period == ""


def test_a_notification_of_a_valid_cer_says_from_when_until_when() -> None:
    letter = build.letter(favourable=True)
    assert letter.decision.appeal == ()
    assert letter.period == "à partir du 1er avril 2026, jusqu'au 30 septembre 2026"


def test_words_of_dates_hours_and_civilites() -> None:
    assert full_date(date(2025, 6, 1)) == "dimanche 1er juin 2025"
    assert hour(datetime(2026, 1, 5, 8, 0, tzinfo=UTC)) == "9 h"
    assert (civilite("Mme"), civilite("M."), civilite("")) == ("Madame", "Monsieur", "Madame, Monsieur")


def test_a_quality_within_a_sentence_has_a_small_letter_and_an_acronym_its_capitals() -> None:
    assert [uncapitalised(one) for one in ("Chef de service", "Éducatrice", "DGA Insertion", "")] == [
        "chef de service",
        "éducatrice",
        "DGA Insertion",
        "",
    ]
