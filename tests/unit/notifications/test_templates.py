"""Every mail, word for word. `CER_UPDATE_SNAPSHOTS=1` writes what is compared here: read the difference."""

import os
import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from services.notifications.adapters.composing import TEMPLATES, JinjaComposer
from services.notifications.application.ports import Words
from services.notifications.domain.model import Message, Trigger
from services.notifications.domain.plan import TITLES, Audience, notices
from shared.events.signature import SignatureFailed, SignatureVoided
from tests.builders.events import CER_ID, identity, referent_card, sample
from tests.builders.notifications import TOLD, message_of

SNAPSHOTS = Path(__file__).parent / "snapshots"
COMPOSER = JinjaComposer("https://cer.example.org/", "Département d'Exemple")
MESSAGES = {
    notice.template: message_of(event, notice)
    for event, _ in reversed(TOLD)
    if isinstance(event, Trigger)
    for notice in notices(event)
}

every_template = pytest.mark.parametrize("template", sorted(TITLES))


def compose(message: Message) -> Words:
    return COMPOSER.compose(message, referent_card(), identity() if message.identity else None)


def test_every_message_has_its_folder_and_every_folder_its_message() -> None:
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == set(TITLES) == set(MESSAGES)


@every_template
def test_snapshot(template: str) -> None:
    words = compose(MESSAGES[template])
    found = {"txt": f"{words.subject}\n\n{words.text}", "html": words.html}
    for suffix, text in found.items():
        file = SNAPSHOTS / f"{template}.{suffix}"
        if os.environ.get("CER_UPDATE_SNAPSHOTS"):
            file.write_text(text)
        assert text == file.read_text()


@every_template
def test_html_is_accessible_and_loads_nothing(template: str) -> None:
    words = compose(MESSAGES[template])
    assert words.html.startswith('<!DOCTYPE html>\n<html lang="fr">')
    assert f"<title>{words.subject}</title>".replace("'", "&#39;") in words.html.replace("'", "&#39;")
    assert len(re.findall(r"<h1[ >]", words.html)) == 1
    assert not re.search(r"<(img|script|link|iframe)|url\(|\ssrc=", words.html)
    for label in re.findall(r"<a [^>]*>([^<]*)</a>", words.html):
        assert len(label.split()) > 2, "a link says where it leads, out of context too"


@every_template
def test_text_and_html_say_the_same(template: str) -> None:
    words = compose(MESSAGES[template])
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", words.html.split("<main")[1])).replace("&#39;", "'")
    for sentence in words.text.split("\n\n")[1:-2]:
        assert sentence.replace("\n", " ") in shown


@every_template
def test_a_mail_to_a_referent_has_a_link_and_says_nothing_of_the_person(template: str) -> None:
    message = MESSAGES[template]
    words = compose(message)
    everything = f"{words.subject} {words.text} {words.html}"
    if message.audience is Audience.REFERENT:
        assert f"https://cer.example.org/cers/{CER_ID}" in words.text
        assert f"https://cer.example.org/cers/{CER_ID}" in words.html
        assert not any(word in everything for word in ("Fictive", "Jeanne", "0012345"))
    else:
        assert "https://" not in everything
        assert "Bonjour Madame Fictive," in words.text


@pytest.mark.parametrize("code", ["phone-is-agents", "sealing-failed", "a-code-of-tomorrow"])
def test_every_failure_has_words(code: str) -> None:
    text = compose(message_of(sample(SignatureFailed, code=code))).text
    assert code not in text
    assert "n'a pas pu aboutir : " in text


def test_a_voiding_says_why() -> None:
    texts = {code: compose(message_of(sample(SignatureVoided, code=code))).text for code in ("cancelled", "other")}
    assert "abandonnée" in texts["cancelled"]
    assert "elle a été annulée" in texts["other"]


def test_a_person_whose_signature_crossed_a_cancellation_is_told_that_it_counts_no_more() -> None:
    event = sample(SignatureVoided, code="cancelled", was_completed=True)
    words = compose(message_of(event, notices(event)[1]))
    for text in (words.text, words.html):
        assert "annulée au moment où vous signiez" in text
        assert "ne compte plus" in text
        assert "rouvert" not in text


def test_a_missing_fact_is_an_error_and_never_a_blank() -> None:
    message = MESSAGES["cer_signe_personne"]
    message = Message(**{**vars(message), "facts": {"numero": 1}})
    with pytest.raises(UndefinedError, match="signed_on"):
        compose(message)


def test_names_are_escaped_in_html() -> None:
    message = MESSAGES["cer_signe_personne"]
    words = COMPOSER.compose(message, referent_card(full_name="<b>Camille</b>"), identity(nom_usage="D'Essai & Cie"))
    assert "<b>" not in words.html
    assert "D&#39;Essai &amp; Cie" in words.html
    assert "D'Essai & Cie" in words.text


def test_an_agent_without_quality_is_named_without_it() -> None:
    words = COMPOSER.compose(MESSAGES["decision_valide_personne"], referent_card(quality=""), identity())
    assert "adressez-vous à Camille Mirabel." in words.text
