"""What a site chose: by what messages go, when, and who is told at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.notifications.domain.catalog import CATALOG, Audience, Channel, Pace
from services.notifications.domain.hours import Hours
from services.notifications.domain.model import Message
from services.notifications.domain.plan import SIGNED, SIGNED_BY_LINK, Notice
from shared.events.blocks import Identity
from shared.sms.phones import FRENCH_PLAN, is_mobile


class LetterWhen(StrEnum):
    """When the letter of a decision is posted."""

    ALWAYS = "always"
    WITHOUT_MAIL = "without_mail"
    NEVER = "never"


class PostBy(StrEnum):
    """Who prints and posts letters: the secretaries, in batches, or a provider."""

    PRINT = "print"
    MAILEVA = "maileva"


class SignedCerBy(StrEnum):
    """How the person receives what they signed: attached to a mail, or by a link and a code."""

    ATTACHED = "attached"
    LINK = "link"


@dataclass(frozen=True)
class Policy:
    """`service_mails`: the mailbox of the insertion service by territory, under `""` that of all others.

    `at_any_hour`: messages that answer an act of the person, who waits for them: they leave at night too.
    """

    hours: Hours
    digest_hours: Sequence[int] = (8, 13)
    service_mails: Mapping[str, str] = field(default_factory=dict)
    decision_letter: LetterWhen = LetterWhen.ALWAYS
    post: PostBy = PostBy.PRINT
    at_any_hour: frozenset[str] = frozenset({SIGNED, SIGNED_BY_LINK})
    signed_cer: SignedCerBy = SignedCerBy.ATTACHED
    signed_cer_days: int = 30
    prefixes: frozenset[str] = FRENCH_PLAN

    def service_mail(self, territory: str) -> str | None:
        """Where the service is written to about this territory; none where it did not ask to be."""
        return self.service_mails.get(territory) or self.service_mails.get("")

    def asks_for(self, notice: Notice, territory: str, person: Identity | None) -> bool:
        """Whether this site has the message made at all."""
        if notice.audience is Audience.SERVICE_INSERTION:
            return self.service_mail(territory) is not None
        if notice.template != "decision_lettre_personne" or self.decision_letter == LetterWhen.ALWAYS:
            return True
        return self.decision_letter == LetterWhen.WITHOUT_MAIL and person is not None and person.mail is None

    def handed(self, notice: Notice, person: Identity | None) -> Notice:
        """The signed CER by link, where the site wants it and the person has the mail and the mobile that it takes.

        Who has no mobile receives it attached: a code has nowhere to go.
        """
        if self.signed_cer != SignedCerBy.LINK or notice.template != SIGNED or person is None:
            return notice
        if not person.mail or not is_mobile(person.telephone or "", self.prefixes):
            return notice
        facts = {**notice.facts, "days": self.signed_cer_days}
        return Notice(SIGNED_BY_LINK, notice.audience, facts, handed=notice.attachment, instead_of=SIGNED)

    def in_digest(self, notice: Notice) -> bool:
        """Whether the message waits for others of its kind."""
        return CATALOG[notice.template].pace is Pace.DIGEST and not notice.urgent

    def departure(self, message: Message, at: datetime) -> datetime:
        """When the message may leave, asked at this instant."""
        free = message.audience is not Audience.PERSON or message.channel is Channel.LETTER
        return at if free or message.template in self.at_any_hour else self.hours.earliest(at)


def channel_to(notice: Notice, person: Identity) -> Channel | None:
    """The first channel of the message by which this person is reached; none where there is none."""
    reached = {
        Channel.MAIL: bool(person.mail),
        Channel.SMS: is_mobile(person.telephone or ""),
        Channel.LETTER: bool(person.adresse),
    }
    return next((channel for channel in CATALOG[notice.template].channels if reached[channel]), None)
