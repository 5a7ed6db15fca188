"""The one-time link: the person types the code on their own phone, by the same rules as the référent."""

from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr

from shared.kernel.errors import Refusal
from shared.security.onetime import keyed_hash
from shared.security.principal import PERSON_SUBJECT


@dataclass(frozen=True)
class Person:
    """The person, on the phone that their code's link opened. `subject` is what the evidence keeps.

    No agent becomes it: an agent is a `Principal`, whatever the subject of their token.
    """

    subject: str = PERSON_SUBJECT


PERSON: Final = Person()


class LinkDead(Refusal):
    """No such link, one that served already, whose ten minutes are over, or that a newer code replaces."""

    code = "link-dead"
    title = "Lien périmé"
    status = 410

    def __init__(self) -> None:
        super().__init__(
            "Ce lien ne sert plus : il a déjà été ouvert, ses 10 minutes sont passées, ou un autre SMS l'a remplacé. "
            "Dites le code à votre référent, ou demandez-lui un nouveau SMS."
        )


def link_hash(pepper: bytes, token: SecretStr) -> str:
    """What is kept of a link's token."""
    return keyed_hash(pepper, "link", token.get_secret_value())


def session_hash(pepper: bytes, token: SecretStr) -> str:
    """What is kept of the token of the session that a link opened; a link's own token opens no session by itself."""
    return keyed_hash(pepper, "session", token.get_secret_value())
