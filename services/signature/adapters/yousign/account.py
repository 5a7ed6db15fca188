"""What the key folder holds of the département's account at Yousign."""

from dataclasses import dataclass, field
from pathlib import Path

from asn1crypto.x509 import Certificate
from pydantic import SecretStr

from services.signature.adapters.seal_keys import load_certificates

KEY_FILE, SECRET_FILE, ROOT_FILE = "yousign.key", "yousign-webhook.secret", "yousign-root.pem"


@dataclass(frozen=True)
class Account:
    """The API's key, the webhook's secret, and the certificates under which Yousign signs."""

    key: SecretStr
    secret: bytes = field(repr=False)
    roots: list[Certificate]

    @classmethod
    def load(cls, folder: Path) -> "Account":
        """Reads all three. Raises OSError, ValueError where one is missing or empty."""
        key, secret = ((folder / name).read_bytes().strip() for name in (KEY_FILE, SECRET_FILE))
        for name, content in ((KEY_FILE, key), (SECRET_FILE, secret)):
            if not content:
                raise ValueError(f"{name} is empty")
        return cls(SecretStr(key.decode("ascii")), secret, load_certificates(folder / ROOT_FILE))

    @classmethod
    def found(cls, folder: Path) -> "Account | None":
        """The account, if there is a key: what was handed over is followed to its end, whoever signs by now."""
        return cls.load(folder) if (folder / KEY_FILE).exists() else None
