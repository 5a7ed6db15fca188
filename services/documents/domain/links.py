"""A link by which one agent downloads one document, within minutes.

It holds what it is for and a signature (HMAC-SHA256, RFC 2104); nothing is stored, nothing in it is secret. It gives
no right: whoever presents it is still asked who they are, and what they may read then.
"""

import hashlib
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.kernel.errors import Forbidden, Refusal

_CLAIMS = struct.Struct(">B16s16sQ")
_VERSION = 1


class LinkForged(Forbidden):
    """Not a link that we signed, or one that was changed."""

    code = "link-forged"
    title = "Lien de téléchargement incorrect"


class LinkExpired(Forbidden):
    """Its minutes are over."""

    code = "link-expired"
    title = "Lien de téléchargement expiré"
    status = 410


class LinkOfAnother(Forbidden):
    """It was made for another agent."""

    code = "link-of-another-agent"
    title = "Lien d'un autre agent"


class NoLinkKey(Refusal):
    """This service has no key to sign links with."""

    code = "link-key-missing"
    title = "Liens de téléchargement indisponibles"
    status = 503


class Links:
    """Signs and checks links. The last of `keys` signs; the others still check, through a rotation."""

    def __init__(self, keys: Mapping[str, bytes], lasting: timedelta) -> None:
        self._keys = list(keys.values())
        self._lasting = lasting

    def make(self, document: UUID, subject: str, now: datetime) -> tuple[str, datetime]:
        """The link's token, and when it expires (whole seconds). Raises NoLinkKey."""
        if not self._keys:
            raise NoLinkKey("Aucune clé « links.*.secret.json » dans CER_KEYS_DIR : prévenez l'administrateur.")
        until = (now + self._lasting).replace(microsecond=0)
        claims = _CLAIMS.pack(_VERSION, document.bytes, _whose(subject), int(until.timestamp()))
        return urlsafe_b64encode(claims + _signature(self._keys[-1], claims)).decode().rstrip("="), until

    def check(self, token: str, subject: str, now: datetime) -> UUID:
        """The document that this agent may ask for by it. Raises LinkForged, LinkExpired, LinkOfAnother."""
        try:
            packed = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except ValueError:
            packed = b""
        claims, signature = packed[: _CLAIMS.size], packed[_CLAIMS.size :]
        # The token of these bytes, no other spelling of it.
        known = urlsafe_b64encode(packed).decode().rstrip("=") == token
        if not known or not any(hmac.compare_digest(_signature(key, claims), signature) for key in self._keys):
            raise LinkForged("Ce lien n'est pas valable : demandez-en un nouveau depuis l'édition.")
        _, document, whose, until = _CLAIMS.unpack(claims)
        if not hmac.compare_digest(whose, _whose(subject)):
            raise LinkOfAnother("Ce lien a été fait pour un autre agent : demandez le vôtre depuis l'édition.")
        if now >= datetime.fromtimestamp(until, UTC):
            raise LinkExpired("Ce lien n'est plus valable : demandez-en un nouveau depuis l'édition.")
        return UUID(bytes=document)


def _whose(subject: str) -> bytes:
    return hashlib.sha256(subject.encode()).digest()[:16]


def _signature(key: bytes, claims: bytes) -> bytes:
    return hmac.digest(key, b"cer link:" + claims, "sha256")
