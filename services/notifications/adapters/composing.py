"""The words of messages, in French: from the template that serves, or from the one that wrote them then."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.notifications.adapters.templates.library import Edition, Library
from services.notifications.application.ports import Words, Writing
from services.notifications.domain.catalog import CATALOG, Pace
from services.notifications.domain.model import Message
from services.notifications.domain.plan import URGENT_PRIORITY
from shared.events.blocks import AgentCard, Identity
from shared.sms.text import transliterated


class JinjaComposer:
    """Implements the port `Composer`: a fact that a template asks for and a message lacks is an error, not a blank."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def compose(self, messages: Sequence[Message], referent: AgentCard, person: Identity | None) -> Writing:
        """The words of these messages of one kind, together. Raises jinja2.UndefinedError when a fact is missing."""
        edition = self._library.edition(messages[0].template)
        return Writing(write(edition, messages, referent, person), edition.version, edition.content)

    def again(
        self, content: Mapping[str, Any], message: Message, referent: AgentCard, person: Identity | None
    ) -> Words:
        """The words as a kept version of the template wrote them."""
        return write(Edition.kept(message.template, content), [message], referent, person)


def write(edition: Edition, messages: Sequence[Message], referent: AgentCard, person: Identity | None) -> Words:
    """Every part of the template, with the facts of these messages."""
    facts = _facts(edition, messages, referent, person)
    return Words(
        edition.render("subject.txt", facts).strip(),
        edition.render("body.txt", facts),
        edition.render("body.html", facts),
        transliterated(edition.render("sms.txt", facts).strip()) if edition.has("sms.txt") else None,
    )


def _facts(
    edition: Edition, messages: Sequence[Message], referent: AgentCard, person: Identity | None
) -> dict[str, object]:
    portal = edition.site["portal_url"]
    facts: dict[str, object] = {
        "home": f"{portal}/",
        "departement": edition.site["departement"],
        "referent": {"full_name": referent.full_name, "quality": referent.quality},
    }
    if CATALOG[edition.template].pace is Pace.DIGEST:
        lines = [{**message.facts, "link": f"{portal}/cers/{message.cer_id}"} for message in messages]
        facts |= {
            "lines": lines,
            "urgent": all(message.facts.get("priority") == URGENT_PRIORITY for message in messages),
        }
    else:
        (message,) = messages
        facts |= {**message.facts, "link": f"{portal}/cers/{message.cer_id}"}
    if person is not None:
        nom = person.nom_usage or person.nom_naissance
        facts["person"] = {"civilite": person.civilite, "nom": nom}
    return facts
