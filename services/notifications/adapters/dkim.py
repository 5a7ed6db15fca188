"""Signs mails with the département's DKIM key (RFC 6376), where it has one and its provider does not sign."""

from pathlib import Path

import dkim

# What a reader sees or relies on; the first ones twice, so that none can be added later (RFC 6376 §8.15).
_SIGNED = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type", "from", "to", "subject")


class DkimSigner:
    """Signs for one domain and one selector; relaxed canonicalization, since servers fold headers anew."""

    def __init__(self, domain: str, selector: str, key: bytes) -> None:
        self._domain = domain.encode()
        self._selector = selector.encode()
        self._key = key

    @classmethod
    def load(cls, domain: str, selector: str, key_file: Path) -> "DkimSigner":
        """Reads the key, RSA in PEM, and tries it. Raises OSError, and ValueError for a key that cannot sign."""
        signer = cls(domain, selector, key_file.read_bytes())
        try:
            signer(b"From: essai@example.org\r\n\r\nEssai\r\n")
        except dkim.DKIMException as error:
            raise ValueError(f"{key_file.name} is not an RSA private key in PEM") from error
        return signer

    def __call__(self, mail: bytes) -> bytes:
        """The mail with its signature in front."""
        signature: bytes = dkim.sign(
            mail,
            self._selector,
            self._domain,
            self._key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name.encode() for name in _SIGNED],
        )
        return signature + mail
