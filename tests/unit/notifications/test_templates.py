"""Every mail, word for word. `CER_UPDATE_SNAPSHOTS=1` writes what is compared here: read the difference."""

import os
import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from services.notifications.adapters.composing import JinjaComposer
from services.notifications.adapters.templates.library import TEMPLATES, Edition, Library
from services.notifications.application.ports import Words
from services.notifications.domain.catalog import CATALOG, Audience, Channel
from services.notifications.domain.model import Message
from services.notifications.domain.occasion import Trigger
from services.notifications.domain.plan import SIGNED_BY_LINK, Notice, notices
from services.notifications.domain.samples import SAMPLES
from services.notifications.domain.sitting import CANCELLED
from shared.events.contracts import CerReturned
from shared.events.signature import SignatureFailed, SignatureVoided
from shared.sms.text import Alphabet, measure
from tests.builders.events import CER_ID, identity, referent_card, sample
from tests.builders.notifications import TOLD, message_of

SNAPSHOTS = Path(__file__).parent / "snapshots"
SITE = {"portal_url": "https://cer.example.org", "departement": "Département d'Exemple"}
LIBRARY = Library(None, SITE)
COMPOSER = JinjaComposer(LIBRARY)
WRITTEN = sorted(name for name, kind in CATALOG.items() if kind.parts)
# As events make them; those that no event makes yet, as they are ordered.
MESSAGES = {
    name: message_of(sample(CerReturned), Notice(name, CATALOG[name].audience, SAMPLES[name][0])) for name in WRITTEN
} | {
    notice.template: message_of(event, notice)
    for event, _ in reversed(TOLD)
    if isinstance(event, Trigger)
    for notice in notices(event)
}

every_template = pytest.mark.parametrize("template", WRITTEN)


def compose(*messages: Message) -> Words:
    return COMPOSER.compose(messages, referent_card(), identity() if messages[0].identity else None).words


def test_every_message_has_its_folder_and_every_folder_its_message() -> None:
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == set(WRITTEN) == set(SAMPLES)
    for name in WRITTEN:
        assert {path.name for path in (TEMPLATES / name).iterdir()} == set(CATALOG[name].parts)


def test_only_a_letter_has_no_words_of_its_own() -> None:
    assert [name for name in CATALOG if name not in WRITTEN] == ["decision_lettre_personne"]


@every_template
def test_snapshot(template: str) -> None:
    words = compose(MESSAGES[template])
    found = {"txt": f"{words.subject}\n\n{words.text}", "html": words.html}
    if words.sms is not None:
        size = measure(words.sms)
        found["sms"] = f"{words.sms}\n{size.alphabet}, {size.segments} segment(s)\n"
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
        # A list has its dashes and addresses in text, its tags and links in HTML.
        for line in re.sub(r"^- | : https://\S+", "", sentence, flags=re.MULTILINE).splitlines():
            assert line in shown


@every_template
def test_a_mail_to_an_agent_has_a_link_and_says_nothing_of_the_person(template: str) -> None:
    message = MESSAGES[template]
    words = compose(message)
    everything = f"{words.subject} {words.text} {words.html}"
    if message.audience is not Audience.PERSON:
        about = f"seances/{message.facts['session_id']}" if message.audience is Audience.MEMBER else f"cers/{CER_ID}"
        # Who is no longer expected has nothing to open.
        for text in (words.text, words.html):
            assert (f"https://cer.example.org/{about}" in text) is (template != CANCELLED)
        assert not any(word in everything for word in ("Fictive", "Jeanne", "0012345"))
    else:
        links = {message.facts["remise"]} if template == SIGNED_BY_LINK else set()
        assert set(re.findall(r"https://[^\s\"]+", everything)) == links
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
    words = COMPOSER.compose(
        [message], referent_card(full_name="<b>Camille</b>"), identity(nom_usage="D'Essai & Cie")
    ).words
    assert "<b>" not in words.html
    assert "D&#39;Essai &amp; Cie" in words.html
    assert "D'Essai & Cie" in words.text


def test_an_agent_without_quality_is_named_without_it() -> None:
    words = COMPOSER.compose([MESSAGES["decision_valide_personne"]], referent_card(quality=""), identity()).words
    assert "adressez-vous à Camille Mirabel." in words.text


@pytest.mark.parametrize("template", [name for name in WRITTEN if CATALOG[name].audience is Audience.PERSON])
def test_an_sms_is_plain_signed_and_short_and_gives_no_name_away(template: str) -> None:
    sms = compose(MESSAGES[template]).sms
    assert sms is not None
    size = measure(sms)
    assert (size.alphabet, size.segments <= 2) == (Alphabet.GSM_7, True)
    assert sms.startswith("Département d'Exemple : ")
    assert "Fictive" not in sms


def test_a_digest_counts_and_lists_what_it_gathers() -> None:
    one = MESSAGES["cer_soumis_service"]
    three = compose(one, one, one)
    assert three.subject == "3 CER à étudier"
    assert "3 CER viennent d'être soumis à l'étude :" in three.text
    assert three.text.count("- CER n° 1, aubenas") == three.html.count("<li>CER n° 1, aubenas") == 3
    assert compose(one).text.startswith("Bonjour,\n\n1 CER vient d'être soumis")


def test_an_urgent_one_says_so() -> None:
    urgent = message_of(
        sample(CerReturned), Notice("cer_soumis_service", Audience.SERVICE_INSERTION, SAMPLES["cer_soumis_service"][1])
    )
    assert compose(urgent).subject == "Urgent : 1 CER à étudier"


def test_a_kept_version_writes_the_same_words_after_the_template_changed(tmp_path: Path) -> None:
    message = MESSAGES["cer_retourne_referent"]
    writing = COMPOSER.compose([message], referent_card(), None)
    (tmp_path / "cer_retourne_referent").mkdir()
    (tmp_path / "cer_retourne_referent" / "subject.txt").write_text("Autre objet\n")
    changed = JinjaComposer(Library(tmp_path, SITE))
    assert changed.compose([message], referent_card(), None).words.subject == "Autre objet"
    assert changed.compose([message], referent_card(), None).version != writing.version
    assert changed.again(writing.content, message, referent_card(), None) == writing.words
    assert Edition.kept(message.template, writing.content).version == writing.version


def test_the_version_follows_from_a_layout_too(tmp_path: Path) -> None:
    (tmp_path / "layout.txt").write_text("{% block who %}{% endblock %}{% block body %}{% endblock %}")
    own = Library(tmp_path, SITE)
    assert own.edition("cer_signe_referent").version != LIBRARY.edition("cer_signe_referent").version
    assert Library(None, SITE).edition("cer_signe_referent").version == LIBRARY.edition("cer_signe_referent").version


def test_a_letter_is_no_channel_of_a_message_with_words() -> None:
    assert [name for name in CATALOG if Channel.LETTER in CATALOG[name].channels] == ["decision_lettre_personne"]
