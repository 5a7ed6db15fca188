"""The key of the Département's seal: of a PKCS#12 file, or of a PKCS#11 token that never lets it out."""

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pyhanko.keys import load_certs_from_pemder_data

from services.signature.adapters.own_certificate import CERTIFICATES_FILE, PASSWORD_FILE, PIN_FILE, SEAL_FILE
from services.signature.adapters.seal_options import Pkcs11

_ORDER = ec.SECP256R1().group_order


class SealUnusableError(Exception):
    """The key folder or the token holds no certificate with its RSA or P-256 key."""


class SealKey(Protocol):
    """A private key that signs, and the certificates that speak for it."""

    certificate: Certificate
    chain: list[Certificate]

    @property
    def elliptic(self) -> bool:
        """Whether signatures are ECDSA over P-256; else they are RSA PKCS #1 v1.5. SHA-256 in both."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The signature over the data, as CMS has it."""
        ...


def load_key(folder: Path, token: Pkcs11 | None = None) -> SealKey:
    """The seal's key: of the token where there is one, else of the folder.

    Raises SealUnusableError, OSError, ValueError (a wrong password).
    """
    return TokenKey(folder, token) if token is not None else FileKey(folder)


class FileKey:
    """The key of `seal.p12`, whose password is in `seal.pass`; parsed once."""

    def __init__(self, folder: Path) -> None:
        archive, password = folder / SEAL_FILE, (folder / PASSWORD_FILE).read_bytes().strip()
        key, certificate, chain = pkcs12.load_key_and_certificates(archive.read_bytes(), password)
        if certificate is None or not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise SealUnusableError(archive.name)
        self._key = key
        self.certificate = Certificate.load(certificate.public_bytes(Encoding.DER))
        self.chain = [Certificate.load(other.public_bytes(Encoding.DER)) for other in chain]
        self.elliptic = is_elliptic(self.certificate)

    def sign(self, data: bytes) -> bytes:
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return low(*decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA256()))))


class TokenKey:
    """A key of a PKCS#11 token. `seal.pin` has its PIN, `seal-certificates.pem` its certificate and those above it."""

    def __init__(self, folder: Path, token: Pkcs11) -> None:
        # A site that has no token needs no driver's library.
        import pkcs11  # noqa: PLC0415

        self.certificate, *self.chain = load_certificates(folder / CERTIFICATES_FILE)
        self.elliptic = is_elliptic(self.certificate)
        self._errors: type[Exception] = pkcs11.PKCS11Error
        self._mechanism = pkcs11.Mechanism.ECDSA if self.elliptic else pkcs11.Mechanism.SHA256_RSA_PKCS
        find = {"object_class": pkcs11.ObjectClass.PRIVATE_KEY, "label": token.key}
        self._find = partial(_key_of, find=find)
        self._pin = (folder / PIN_FILE).read_text().strip()
        try:
            self._token: Any = pkcs11.lib(str(token.module)).get_token(token_label=token.token)
            self.sign(b"does the key answer?")
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            raise SealUnusableError(f"PKCS#11: {type(error).__name__}") from error

    def sign(self, data: bytes) -> bytes:
        # A session for each signature: one that was kept would not outlive the token's restart.
        with closing(self._token.open(user_pin=self._pin)) as session:
            key = self._find(session)
            if not self.elliptic:
                return bytes(key.sign(data, mechanism=self._mechanism))
            digest = hashes.Hash(hashes.SHA256())
            digest.update(data)
            raw = bytes(key.sign(digest.finalize(), mechanism=self._mechanism))
        half = len(raw) // 2
        return low(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


def _key_of(session: Any, find: dict[str, Any]) -> Any:
    return session.get_key(**find)


def load_certificates(path: Path) -> list[Certificate]:
    """The certificates of a PEM or DER file. Raises OSError, ValueError when there is none."""
    certificates = list(load_certs_from_pemder_data(path.read_bytes()))
    if not certificates:
        raise ValueError(f"{path.name}: no certificate")
    return certificates


def is_elliptic(certificate: Certificate) -> bool:
    """Whether the certificate's key is on P-256 rather than RSA. Raises SealUnusableError for any other."""
    algorithm = certificate.public_key.algorithm
    if algorithm == "rsa":
        return False
    if algorithm == "ec" and certificate.public_key.curve == ("named", "secp256r1"):
        return True
    raise SealUnusableError(f"a seal's key is RSA or on P-256, not {algorithm}")


def low(r: int, s: int) -> bytes:
    """An ECDSA signature with the smaller of its two values of s: of two that verify, ours is always this one."""
    return encode_dss_signature(r, min(s, _ORDER - s))


def is_low(signature: bytes) -> bool:
    """Whether an ECDSA signature is the one of the two that we write."""
    return low(*decode_dss_signature(signature)) == signature
