"""What each edition shows, and what none shows."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.documents.domain.composing import compose
from services.documents.domain.edition import EditionKind, Order, TooLarge
from services.documents.domain.sheet import Sheet
from services.documents.domain.texts import NoTextInForce
from tests.builders import documents as build
from tests.builders import events

DECIDED = (EditionKind.CER_DECISION_VALIDE, EditionKind.CER_DECISION_NON_VALIDE)


def rows(sheet: Sheet) -> dict[str, str]:
    return {row.label: row.value for row in (*sheet.identity, *sheet.facts)}


def test_the_identity_is_that_of_the_guide() -> None:
    shown = rows(build.sheet())
    assert shown["Prénom – Nom"] == "Jeanne – Fictive"
    assert shown["Nom de naissance"] == "Essai"
    assert shown["N° CAF"] == "0012345"
    assert shown["Sexe"] == "Femme"
    assert shown["Date de naissance"] == "05/04/1990"
    assert shown["Téléphone"] == "06 39 98 00 01"


def test_missing_contact_data_are_said_to_be_missing() -> None:
    shown = rows(build.sheet(identity=events.identity(mail=None, telephone=None, nom_usage=None)))
    assert (shown["Mail"], shown["Téléphone"]) == ("Non renseigné", "Non renseigné")
    assert "Nom de naissance" not in shown


def test_the_signed_text_shows_the_start_as_asked_and_the_decision_as_decided() -> None:
    asked: dict[str, Any] = {
        "nature": "retablissement",
        "date_debut": date(2026, 3, 1),
        "date_demandee": date(2026, 2, 1),
    }
    signed = rows(build.sheet(**asked))
    assert (signed["Date de début"], signed["Date de début demandée"]) == ("01/03/2026", "01/02/2026")
    order = Order.decided(build.validated(date_debut=date(2026, 2, 1)))
    blocks = build.opened(order)
    decided = rows(compose(order, build.LETTERHEAD, replace(blocks, content=build.content(**asked))))
    assert decided["Date de début"] == "01/02/2026"
    assert "Date de début demandée" not in decided


def test_a_cer_without_end_says_so() -> None:
    assert rows(build.sheet(date_fin=None, duree_mois=None))["Date de fin"] == "Sans date de fin"


@pytest.mark.parametrize(
    ("kind", "accord", "origin", "words"),
    [
        (EditionKind.CER_SANS_DECISION, "nc", None, "sa signature électronique"),
        (EditionKind.CER_DECISION_VALIDE, "oui", "sms", "par signature électronique (code reçu par SMS)"),
        (EditionKind.CER_DECISION_VALIDE, "oui", "case", "La personne a donné son accord."),
        (EditionKind.CER_DECISION_NON_VALIDE, "non", "case", "n'a pas donné son accord"),
    ],
)
def test_the_accord_in_words(kind: EditionKind, accord: str, origin: str | None, words: str) -> None:
    assert words in build.sheet(kind, accord=accord, accord_origin=origin).accord


def test_only_the_edition_to_sign_has_no_decision() -> None:
    assert build.sheet().decision is None
    for kind in DECIDED:
        decision = build.sheet(kind).decision
        assert decision is not None
        assert (decision.author, decision.quality, decision.day) == (
            "Dominique Coiron",
            "Chef de service",
            "20 mars 2026",
        )


def test_a_refusal_has_its_motives_and_the_way_to_appeal() -> None:
    decision = build.sheet(EditionKind.CER_DECISION_NON_VALIDE).decision
    assert decision is not None
    assert len(decision.motives) == 2
    assert any("R262-88" in text for text in decision.appeal)
    valid = build.sheet(EditionKind.CER_DECISION_VALIDE).decision
    assert valid is not None
    assert valid.appeal == ()


def test_the_commission_is_named_where_it_gave_its_opinion() -> None:
    order = Order.decided(build.validated(path="commission"))
    decision = compose(order, build.LETTERHEAD, build.opened(order)).decision
    assert decision is not None
    assert decision.path == "après avis de la commission"


@pytest.mark.parametrize("kind", EditionKind)
def test_the_note_referent_is_in_no_edition(kind: EditionKind) -> None:
    assert "Revoir l'étape en mai" not in build.sheet(kind).model_dump_json()


def test_texts_follow_the_date_de_signature() -> None:
    older = build.sheet(date_signature=date(2024, 12, 31), date_debut=date(2025, 1, 1))
    assert older.texts_since == "1er juin 2009"
    assert build.sheet().texts_since == "1er janvier 2025"
    with pytest.raises(NoTextInForce):
        build.sheet(date_signature=date(2009, 1, 1))


def test_control_characters_do_not_reach_the_page() -> None:
    assert build.sheet(situation="a\x00b\u202ec").situation == "abc"


def test_what_the_forms_let_in_fits_and_far_more_does_not() -> None:
    objective = build.OBJECTIVE.model_copy(update={"person_does": "é" * 20_000, "referent_does": "è" * 20_000})
    long: dict[str, Any] = {"situation": "a" * 20_000, "evaluation": "b" * 20_000, "expression": "c" * 20_000}
    assert len(build.sheet(**long, objectives=(objective,) * 12).objectives) == 12
    with pytest.raises(TooLarge):
        build.sheet(objectives=(objective,) * 24)
