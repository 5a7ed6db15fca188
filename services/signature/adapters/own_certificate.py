"""Makes a seal of one's own: a root and a certificate under it, for trials and tests.

A real site puts the PKCS#12 of its certification authority in the key folder instead; nothing else changes.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from shared.security.pepper import ensure_pepper

SEAL_FILE, PASSWORD_FILE, ROOT_FILE = "seal.p12", "seal.pass", "seal-root.pem"
# Where there are: the roots of timestamping authorities; the certificates and the PIN of a PKCS#11 token.
TSA_ROOT_FILE, CERTIFICATES_FILE, PIN_FILE = "tsa-root.pem", "seal-certificates.pem", "seal.pin"
LIFETIME = timedelta(days=3 * 365)


@dataclass(frozen=True)
class _Issuer:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def write_own_seal(folder: Path, organisation: str, now: datetime) -> None:
    """Writes `seal.p12`, its password, the root's certificate and, unless it is there, the pepper; P-256 throughout."""
    folder.mkdir(parents=True, exist_ok=True)
    root = _root(organisation, now)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(f"Cachet électronique, {organisation}", organisation, key, root, now)
    password = secrets.token_urlsafe(24).encode()
    archive = pkcs12.serialize_key_and_certificates(
        b"cachet", key, certificate, [root.certificate], BestAvailableEncryption(password)
    )
    for name, content in (
        (SEAL_FILE, archive),
        (PASSWORD_FILE, password),
        (ROOT_FILE, root.certificate.public_bytes(Encoding.PEM)),
    ):
        path = folder / name
        path.touch(mode=0o600)
        path.write_bytes(content)
    ensure_pepper(folder)


def _root(organisation: str, now: datetime) -> _Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Autorité d'essai, {organisation}", organisation)
    builder = _builder(name, name, key, now).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(issues=True), critical=True)
    return _Issuer(key, builder.sign(key, hashes.SHA256()))


def _certificate(
    title: str, organisation: str, key: ec.EllipticCurvePrivateKey, root: _Issuer, now: datetime
) -> x509.Certificate:
    builder = _builder(_name(title, organisation), root.certificate.subject, key, now)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(issues=False), critical=True)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())
    return builder.add_extension(identifier, critical=False).sign(root.key, hashes.SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(identifier, critical=False)
    )


def _name(common_name: str, organisation: str) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
    ]
    return x509.Name(attributes)


def _usage(*, issues: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issues,
        content_commitment=not issues,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )
