"""What each edition shows, and what none shows."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.documents.domain.composing import compose
from services.documents.domain.edition import OF_A_CER, EditionKind, Order, TooLarge
from services.documents.domain.letters import DecisionLetter
from services.documents.domain.sheet import CerSheet, Sheet
from services.documents.domain.texts import SHIPPED, NoTextInForce, Texts, Wording
from shared.events.reference import PinnedText
from tests.builders import documents as build
from tests.builders import events

DECIDED = (EditionKind.CER_DECISION_VALIDE, EditionKind.CER_DECISION_NON_VALIDE)


def rows(sheet: Sheet) -> dict[str, str]:
    assert isinstance(sheet, CerSheet)
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
    decided = rows(compose(order, build.LETTERHEAD, replace(blocks, content=build.content(**asked)), Texts()))
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
    sheet = compose(order, build.LETTERHEAD, build.opened(order), Texts())
    assert isinstance(sheet, CerSheet)
    decision = sheet.decision
    assert decision is not None
    assert decision.path == "après avis de la commission"


@pytest.mark.parametrize("kind", OF_A_CER)
def test_the_note_referent_is_in_no_edition_and_no_letter(kind: EditionKind) -> None:
    order = build.order(kind)
    blocks = build.opened(order)
    assert order.decision is None or (blocks.decision and blocks.decision.note_referent == "Revoir l'étape en mai.")
    assert "Revoir l'étape en mai" not in compose(order, build.LETTERHEAD, blocks, Texts()).model_dump_json()


def test_a_cer_submitted_by_the_check_box_has_its_accord_in_words_and_no_place_to_sign() -> None:
    order = Order.submitted(build.submitted())
    assert order is not None
    sheet = compose(order, build.LETTERHEAD, build.opened(order), Texts())
    assert isinstance(sheet, CerSheet)
    assert (sheet.kind, sheet.to_sign, sheet.accord) == (
        EditionKind.CER_SANS_DECISION, False, "La personne a donné son accord.",
    )  # fmt: skip


def test_the_hours_of_the_plan_are_shown_with_the_ground_of_fewer() -> None:
    assert "Heures d'activité" not in rows(build.sheet())
    shown = rows(build.sheet(weekly_hours=8, weekly_hours_ground="Parent isolé sans mode de garde"))
    assert shown["Heures d'activité"] == "8 h par semaine\nParent isolé sans mode de garde"


def test_texts_follow_the_date_de_signature() -> None:
    older = build.sheet(date_signature=date(2024, 12, 31), date_debut=date(2025, 1, 1))
    assert older.texts_since == "1er juin 2009"
    assert build.sheet().texts_since == "1er janvier 2025"
    with pytest.raises(NoTextInForce):
        build.sheet(date_signature=date(2009, 1, 1))


def test_the_title_and_the_mentions_are_those_that_the_cer_pinned_whatever_is_in_force_since() -> None:
    told = Texts(
        {
            "cer-title": [Wording(3, date(2026, 1, 1), ("Contrat du Val-d'Exemple",))],
            "cer-engagements": [Wording(2, date(2026, 2, 1), ("Le {departement} s'engage.", "La personne aussi."))],
        }
    )
    pins = {"cer-title": 1, "cer-engagements": 2, "cer-articles": 1, "cer-suspension": 2}
    pinned = tuple(PinnedText(text_id=key, version=version) for key, version in pins.items())
    order = Order.to_sign(build.ready_to_sign(pinned_texts=pinned))

    sheet = compose(order, build.LETTERHEAD, build.opened(order), told)

    assert isinstance(sheet, CerSheet)
    assert (sheet.title, sheet.texts_since) == ("Contrat d'engagements réciproques", "1er février 2026")
    assert sheet.subject == "Contrat d'engagements réciproques n° 3 – Jeanne Fictive – CER sans décision"
    assert sheet.mentions[:2] == ("Le Département du Val-d'Exemple s'engage.", "La personne aussi.")
    assert sheet.mentions[2] == SHIPPED["cer-articles"][0].paragraphs[0]
    assert sheet.mentions[3] == SHIPPED["cer-suspension"][1].paragraphs[0]


def test_a_refusal_and_its_letter_show_the_means_of_appeal_that_it_pinned() -> None:
    told = Texts({"decision-appeal": [Wording(2, date(2026, 1, 1), ("Écrivez au {departement}.",))]})
    pinned = (PinnedText(text_id="decision-appeal", version=2),)
    shown = []
    for event in (build.rejected(pinned_texts=pinned), build.validated(pinned_texts=pinned)):
        for order in (Order.decided(event), Order.notified(event)):
            sheet = compose(order, build.LETTERHEAD, build.opened(order), told)
            assert isinstance(sheet, CerSheet | DecisionLetter)
            assert sheet.decision is not None
            shown.append(sheet.decision.appeal)

    appeal = ("Écrivez au Département du Val-d'Exemple.",)
    assert shown == [appeal, appeal, (), ()]


def test_a_letter_names_the_contract_as_the_cer_does() -> None:
    pinned = (PinnedText(text_id="cer-title", version=1),)
    order = Order.notified(build.validated(pinned_texts=pinned))

    letter = compose(order, build.LETTERHEAD, build.opened(order), Texts())

    assert isinstance(letter, DecisionLetter)
    assert letter.contract == "contrat d'engagements réciproques"
    assert letter.title == "Votre contrat d'engagements réciproques est validé"


def test_control_characters_do_not_reach_the_page() -> None:
    assert build.sheet(situation="a\x00b\u202ec").situation == "abc"


def test_what_the_forms_let_in_fits_and_far_more_does_not() -> None:
    objective = build.OBJECTIVE.model_copy(update={"person_does": "é" * 20_000, "referent_does": "è" * 20_000})
    long: dict[str, Any] = {"situation": "a" * 20_000, "evaluation": "b" * 20_000, "expression": "c" * 20_000}
    assert len(build.sheet(**long, objectives=(objective,) * 12).objectives) == 12
    with pytest.raises(TooLarge):
        build.sheet(objectives=(objective,) * 24)
