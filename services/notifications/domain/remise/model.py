"""A remise: one for each mail with a link. What it holds of the person is the sealed block of that mail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import SecretStr

from services.notifications.domain.plan import Attachment
from services.notifications.domain.remise import rules
from shared.events.blocks import Identity
from shared.events.sealed import Sealed
from shared.security.onetime import CODE_INTERVAL, LIFETIME, MAX_CODES, MAX_TRIES, derived_token, keyed_hash
from shared.sms.outcome import SmsStatus

# How long the right code lets this phone download.
SESSION = timedelta(minutes=10)
VOIDED = "signature-voided"


@dataclass(frozen=True)
class RemiseCode:
    """A code that was made: its keyed hash, and what is known of its SMS."""

    id: UUID
    sequence: int
    keyed_hash: str
    asked_at: datetime
    status: SmsStatus = SmsStatus.UNKNOWN
    used: bool = False


@dataclass(frozen=True)
class Binding:
    """What a code is good for: this remise, this number, this very PDF."""

    remise_id: UUID
    phone: str = field(repr=False)
    document_sha256: str

    def hashed(self, pepper: bytes, code: SecretStr) -> str:
        """What is kept of a code."""
        bound = (str(self.remise_id), self.phone, self.document_sha256)
        return keyed_hash(pepper, "remise-code", *bound, code.get_secret_value())


@dataclass(frozen=True)
class Remise:
    """As it stands. `id` is that of the message; `tries` are counted over its life, whatever codes were sent."""

    id: UUID
    dossier_id: UUID
    cer_id: UUID | None
    territory: str
    referent_id: str | None
    numero: int
    identity: Sealed[Identity]
    document: Attachment
    expires_at: datetime
    tries: int
    ended_because: str | None
    codes: Sequence[RemiseCode]
    session_until: datetime | None

    def check_open(self, now: datetime) -> None:
        """Whether its link still serves. Raises RemiseVoided, RemiseExpired, RemiseLocked."""
        self.check_document(now)
        if self.tries >= MAX_TRIES:
            raise rules.RemiseLocked

    def check_document(self, now: datetime) -> None:
        """Whether what it hands over is still to be had. Raises RemiseVoided, RemiseExpired."""
        if self.ended_because is not None:
            raise rules.RemiseVoided
        if now >= self.expires_at:
            raise rules.RemiseExpired(self.expires_at)

    def check_session(self, now: datetime) -> datetime:
        """Until when the phone that typed the right code may download. Raises SessionOver, and as `check_document`."""
        self.check_document(now)
        if self.session_until is None or now >= self.session_until:
            raise rules.SessionOver
        return self.session_until

    def check_code_allowed(self, now: datetime) -> None:
        """Whether a code may leave now. Raises TooManyCodes, CodeTooSoon, and as `check_open`."""
        self.check_open(now)
        if len(self.codes) >= MAX_CODES:
            raise rules.TooManyCodes
        if self.codes and now < self.codes[-1].asked_at + CODE_INTERVAL:
            raise rules.CodeTooSoon

    def code_to_compare(self, now: datetime) -> RemiseCode:
        """The last code whose SMS did not fail. Raises CodeExpired, and as `check_open`."""
        self.check_open(now)
        sent = [code for code in self.codes if code.status is not SmsStatus.FAILED]
        if not sent or sent[-1].used or now >= sent[-1].asked_at + LIFETIME:
            raise rules.CodeExpired
        return sent[-1]


@dataclass(frozen=True)
class RemiseLinks:
    """Makes links. A token follows from the pepper and the message: only a hash of it is kept, to find it by."""

    pepper: bytes = field(repr=False)
    public_url: str

    def address(self, message_id: UUID) -> str:
        """What the mail says. The token is the whole query, which no trace keeps."""
        return f"{self.public_url}/r?{self.token(message_id).get_secret_value()}"

    def token(self, message_id: UUID) -> SecretStr:
        """128 bits."""
        return derived_token(self.pepper, "remise", str(message_id))

    def hashed(self, token: SecretStr) -> str:
        """What is kept of a link's token."""
        return keyed_hash(self.pepper, "remise-link", token.get_secret_value())

    def session(self, code_id: UUID, nonce: str) -> SecretStr:
        """The session that a right code opens: the same when the form is sent twice."""
        return derived_token(self.pepper, "remise-session", str(code_id), nonce)

    def session_hashed(self, session: SecretStr) -> str:
        """What is kept of a session's token; a link's own token opens no session."""
        return keyed_hash(self.pepper, "remise-session", session.get_secret_value())


def sms_text(code: SecretStr, numero: int) -> SecretStr:
    """One segment in the GSM 7-bit alphabet, which has neither `ê` nor `°`."""
    return SecretStr(
        f"Code {code.get_secret_value()} pour télécharger votre contrat d'engagements (CER) no {numero} signé. "
        "Ne le donnez à personne. Valable 10 minutes."
    )
