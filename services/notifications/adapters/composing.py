"""The words of messages, in French: from the template that serves, or from the one that wrote them then."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.notifications.adapters.templates.library import Edition, Library
from services.notifications.application.ports import Words, Writing
from services.notifications.domain.catalog import CATALOG, Pace
from services.notifications.domain.model import Message
from services.notifications.domain.plan import SIGNED_BY_LINK, URGENT_PRIORITY
from services.notifications.domain.remise.model import RemiseLinks
from shared.events.blocks import AgentCard, Identity
from shared.sms.text import transliterated

# What agents read in the place of a link that is the person's alone.
HIDDEN_LINK = "(lien personnel, masqué)"
_NOTHING: Mapping[str, str] = {}


class JinjaComposer:
    """Implements the port `Composer`: a fact that a template asks for and a message lacks is an error, not a blank."""

    def __init__(self, library: Library, links: RemiseLinks | None = None) -> None:
        self._library = library
        self._links = links

    def compose(self, messages: Sequence[Message], referent: AgentCard, person: Identity | None) -> Writing:
        """The words of these messages of one kind, together. Raises jinja2.UndefinedError when a fact is missing."""
        edition = self._library.edition(messages[0].template)
        words = write(edition, messages, referent, person, self._link(messages))
        return Writing(words, edition.version, edition.content)

    def again(
        self, content: Mapping[str, Any], message: Message, referent: AgentCard, person: Identity | None
    ) -> Words:
        """The words as a kept version of the template wrote them."""
        hidden = {"remise": HIDDEN_LINK} if message.template == SIGNED_BY_LINK else {}
        return write(Edition.kept(message.template, content), [message], referent, person, hidden)

    def _link(self, messages: Sequence[Message]) -> Mapping[str, str]:
        """Where the person finds their signed CER: put together when the mail leaves, and kept nowhere."""
        if self._links is None or messages[0].template != SIGNED_BY_LINK:
            return {}
        return {"remise": self._links.address(messages[0].id)}


def write(
    edition: Edition,
    messages: Sequence[Message],
    referent: AgentCard,
    person: Identity | None,
    secret: Mapping[str, str] = _NOTHING,
) -> Words:
    """Every part of the template, with the facts of these messages; `secret` ones are kept in no message."""
    facts = {**_facts(edition, messages, referent, person), **secret}
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
