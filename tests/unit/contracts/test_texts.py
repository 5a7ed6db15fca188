"""Dated texts: in force from a day, never rewritten; what was signed names its versions."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.domain.cers.accord import Tick
from services.contracts.domain.reference.lists import ListName, Wish
from services.contracts.domain.reference.rules import NoTextInForce, PastEffect, UnprintableText
from services.contracts.domain.reference.shipped.prompts import PROMPTS
from services.contracts.domain.reference.texts import (
    SHOWN_IN_CER,
    DatedText,
    Family,
    LegalText,
    Wording,
    Zone,
)
from shared.events.contracts import CerReadyToSign, CerSubmitted, CerValidated
from tests.builders import contracts as a

LAST_DAY_BEFORE, FULL_EMPLOYMENT = date(2024, 12, 31), date(2025, 1, 1)
effects = st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), min_size=1, max_size=8)


def pinned(event: CerReadyToSign | CerValidated) -> dict[str, int]:
    return {one.text_id: one.version for one in event.pinned_texts}


def test_the_law_of_full_employment_changes_the_name_of_the_contract_on_its_day() -> None:
    title = a.reference().texts[LegalText.CER_TITLE]

    assert title.in_force(LAST_DAY_BEFORE).paragraphs == ("Contrat d'engagements réciproques",)
    assert title.in_force(FULL_EMPLOYMENT).paragraphs == ("Contrat d'engagement",)
    with pytest.raises(NoTextInForce):
        title.in_force(date(2009, 5, 31))


@pytest.mark.parametrize("key", LegalText)
def test_every_legal_text_is_shipped_and_cites_its_article_or_names_the_contract(key: LegalText) -> None:
    words = " ".join(a.reference().texts[key].in_force(a.TODAY).paragraphs)

    assert "L262-" in words or key in {LegalText.CER_TITLE, LegalText.CER_ENGAGEMENTS}
    assert words.format(departement="Département des Deux-Vallées")


def test_every_zone_has_its_prompts_and_the_situation_the_five_of_the_guide() -> None:
    assert PROMPTS.keys() == set(Zone)
    assert len(PROMPTS[Zone.SITUATION]) == 5


@given(effects=effects, on=st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_the_version_in_force_is_the_last_recorded_of_the_latest_effect(effects: list[date], on: date) -> None:
    wordings = tuple(Wording(n, day, (f"{n}",), a.act()) for n, day in enumerate(effects, start=1))
    text = DatedText(Family.LEGAL, "cer-title", wordings)

    found = text.find(on)

    held = [day for day in effects if day <= on]
    if found is None:
        assert held == []
    else:
        assert found.effect == max(held)
        assert found.version == max(n for n, day in enumerate(effects, start=1) if day == max(held))


def test_a_new_version_holds_from_today_or_later_and_leaves_the_former_ones() -> None:
    title = a.reference().texts[LegalText.CER_TITLE]
    tomorrow = a.TODAY + timedelta(days=1)

    changed = title.reworded(("Contrat",), tomorrow, a.act())

    assert changed.wordings[:-1] == title.wordings
    assert [changed.in_force(day).version for day in (a.TODAY, tomorrow)] == [2, 3]
    assert title.reworded(("Contrat",), None, a.act()).in_force(a.TODAY).version == 3
    with pytest.raises(PastEffect):
        title.reworded(("Contrat",), a.TODAY - timedelta(days=1), a.act())


@pytest.mark.parametrize(
    ("key", "paragraphs"),
    [
        (LegalText.CER_ENGAGEMENTS, ("Entre vous et {president}.",)),
        (LegalText.CER_ENGAGEMENTS, ("Une { seule accolade.",)),
        (LegalText.CER_TITLE, ("Contrat", "d'engagement")),
        (LegalText.CER_TITLE, ("Contrat\nd'engagement",)),
        (LegalText.CER_TITLE, ("C" * 121,)),
    ],
)
def test_what_an_edition_could_not_show_is_refused(key: LegalText, paragraphs: tuple[str, ...]) -> None:
    with pytest.raises(UnprintableText):
        a.reference().texts[key].reworded(paragraphs, None, a.act())


def test_a_text_may_name_the_departement() -> None:
    text = a.reference().texts[LegalText.CER_ENGAGEMENTS]

    assert text.reworded(("Entre vous et le {departement}.",), None, a.act()).version == 2


def test_what_is_signed_names_the_texts_and_labels_of_the_date_de_signature() -> None:
    cer = a.proposition(date_signature=LAST_DAY_BEFORE, date_debut=date(2025, 1, 1))

    (event,) = cer.prepare_signature(a.MOBILE, a.NO_FLAGS, a.DEADLINE, a.act(), a.party())

    assert isinstance(event, CerReadyToSign)
    assert pinned(event) == {key.value: 1 for key in SHOWN_IN_CER}


def test_once_signed_neither_a_new_text_nor_a_new_label_changes_what_is_shown() -> None:
    cer = a.signed()
    themes, _ = a.reference().lists[ListName.THEMES].put("emploi", Wish("Travail"), a.TODAY)
    later = a.party(a.reference(themes))

    (submitted,) = cer.submit(a.act(), later, a.REQUESTS)

    assert isinstance(submitted, CerSubmitted)
    assert submitted.content.block is not None
    assert submitted.content.block.objectives[0].theme_label == "Emploi"


def test_diagnostics_are_shown_by_the_label_of_the_date_de_signature_and_never_by_their_code() -> None:
    cer = a.signed()
    label = a.reference().label(ListName.DIAGNOSTICS, "formation", a.TODAY)
    diagnostics, _ = a.reference().lists[ListName.DIAGNOSTICS].put("formation", Wish("Autre nom"), a.TODAY)

    (submitted,) = cer.submit(a.act(), a.party(a.reference(diagnostics)), a.REQUESTS)

    assert isinstance(submitted, CerSubmitted)
    assert submitted.content.block is not None
    (objective,) = submitted.content.block.objectives
    assert (objective.diagnostics, objective.diagnostic_labels) == (("formation",), (label,))
    assert label != "formation"


def test_what_was_frozen_before_diagnostics_were_pinned_shows_their_labels_too() -> None:
    cer = a.signed()
    assert cer.pinned is not None
    cer.pinned = cer.pinned.model_copy(update={"diagnostics": {}})

    (submitted,) = cer.submit(a.act(), a.party(), a.REQUESTS)

    assert isinstance(submitted, CerSubmitted)
    assert submitted.content.block is not None
    label = a.reference().label(ListName.DIAGNOSTICS, "formation", a.TODAY)
    assert submitted.content.block.objectives[0].diagnostic_labels == (label,)


def test_reopened_it_is_pinned_anew() -> None:
    cer = a.signed()
    themes, _ = a.reference().lists[ListName.THEMES].put("emploi", Wish("Travail"), a.TODAY)
    later = a.party(a.reference(themes))

    cer.reopen("La date était fausse.", a.act(), later)
    (event,) = cer.prepare_signature(a.MOBILE, a.NO_FLAGS, a.DEADLINE, a.act(), later)

    assert isinstance(event, CerReadyToSign)
    assert event.content.block is not None
    assert event.content.block.objectives[0].theme_label == "Travail"


def test_a_decision_names_the_texts_signed_and_the_appeal_of_its_day() -> None:
    cer = a.at_chef_de_service()

    (event,) = cer.decided(a.told(), a.act(), a.party())

    assert isinstance(event, CerValidated)
    assert pinned(event) == {
        "cer-title": 2,
        "cer-engagements": 1,
        "cer-articles": 2,
        "cer-suspension": 2,
        "decision-appeal": 1,
    }


def test_a_submission_tells_the_rank_of_its_priority() -> None:
    (event,) = a.proposition(Tick.OUI, priority="urgente").submit(a.act(), a.party(), a.REQUESTS)

    assert isinstance(event, CerSubmitted)
    assert event.priority_rank == 10
