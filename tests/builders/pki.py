"""A made-up authority, in this process: a root, seals, a timestamping authority, CRL and OCSP over HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import keys, tsp
from asn1crypto.x509 import Certificate as Asn1Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

DAY = timedelta(days=1)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_NO = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)


@dataclass
class Authority:
    """Issues certificates, answers for them, and gives the time. Its addresses work inside `serving` only."""

    name: str = "Autorité du Val-d'Exemple"
    url: str = ""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    revoked: set[int] = field(default_factory=set)
    answers: bool = True
    tsa_life: timedelta = 5 * 365 * DAY

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = self._signed(self.name, self.key, ca=True)
        self.new_tsa()

    def new_tsa(self, life: timedelta | None = None) -> None:
        """The timestamping authority takes another key and certificate."""
        self.tsa_life = life or self.tsa_life
        self._tsa_key = rsa.generate_private_key(65537, 2048)
        self._tsa: x509.Certificate | None = None

    @property
    def root_pem(self) -> bytes:
        return self.root.public_bytes(Encoding.PEM)

    @property
    def tsa(self) -> x509.Certificate:
        """The timestamping authority's certificate."""
        if self._tsa is None:
            self._tsa = self._signed("Horodatage du Val-d'Exemple", self._tsa_key, life=self.tsa_life, stamps=True)
        return self._tsa

    def seal(self, folder: Path, name: str = "Cachet, Val-d'Exemple", life: timedelta = 3 * 365 * DAY) -> int:
        """Writes a seal of this authority into a key folder; its serial number."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(name, key, life=life)
        archive = pkcs12.serialize_key_and_certificates(b"cachet", key, certificate, [self.root], PROTECTION)
        for file, content in (("seal.p12", archive), ("seal.pass", b"essai"), ("seal-root.pem", self.root_pem)):
            (folder / file).write_bytes(content)
        (folder / "tsa-root.pem").write_bytes(self.root_pem)
        return certificate.serial_number

    def certify(self, name: str, public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> x509.Certificate:
        """A seal's certificate for a key that somebody else keeps."""
        return self._signed(name, public)

    def stamp(self, request: bytes) -> bytes:
        """RFC 3161: the answer to a request for a timestamp."""
        pem = self._tsa_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        tsa = DummyTimeStamper(_asn1(self.tsa), keys.PrivateKeyInfo.load(pem), fixed_dt=self.now.replace(microsecond=0))
        return bytes(tsa.request_tsa_response(tsp.TimeStampReq.load(request)).dump())

    def crl(self) -> bytes:
        """The list of what was revoked."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.root.subject)
        builder = builder.last_update(self.now - DAY).next_update(self.now + 7 * DAY)
        builder = builder.add_extension(x509.CRLNumber(1), critical=False)
        for serial in self.revoked:
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(self.now - timedelta(hours=1))
            builder = builder.add_revoked_certificate(one.build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def ocsp(self, request: bytes) -> bytes:
        """RFC 6960: whether one certificate is good."""
        asked = ocsp.load_der_ocsp_request(request)
        bad = asked.serial_number in self.revoked
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            asked.issuer_name_hash,
            asked.issuer_key_hash,
            asked.serial_number,
            asked.hash_algorithm,
            ocsp.OCSPCertStatus.REVOKED if bad else ocsp.OCSPCertStatus.GOOD,
            self.now - timedelta(hours=1),
            self.now + 7 * DAY,
            self.now - timedelta(hours=1) if bad else None,
            None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.root)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def _signed(
        self,
        name: str,
        key: Key | ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
        *,
        ca: bool = False,
        stamps: bool = False,
        life: timedelta = 3650 * DAY,
    ) -> x509.Certificate:
        public = key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) else key
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Département du Val-d'Exemple"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        usage = x509.KeyUsage(not ca, not ca and not stamps, key_cert_sign=ca, crl_sign=ca, **_NO)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if ca else self.root.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - 30 * DAY)
            .not_valid_after(self.now + life)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )
        if stamps:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        if not ca:
            builder = builder.add_extension(_found_at(f"{self.url}/crl"), critical=False)
            if not stamps:
                builder = builder.add_extension(_asked_at(f"{self.url}/ocsp"), critical=False)
        return builder.sign(self.key, hashes.SHA256())


PROTECTION = BestAvailableEncryption(b"essai")


def _found_at(url: str) -> x509.CRLDistributionPoints:
    where = x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
    return x509.CRLDistributionPoints([where])


def _asked_at(url: str) -> x509.AuthorityInformationAccess:
    where = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(url))
    return x509.AuthorityInformationAccess([where])


def _asn1(certificate: x509.Certificate) -> Asn1Certificate:
    return Asn1Certificate.load(certificate.public_bytes(Encoding.DER))


@contextmanager
def serving(name: str = "Autorité du Val-d'Exemple") -> Iterator[Authority]:
    """An authority that answers over HTTP, each request in a thread."""
    box: list[Authority] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(box[0].crl(), "application/pkix-crl")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.startswith("/tsa"):
                self._answer(box[0].stamp(body), "application/timestamp-reply")
            else:
                self._answer(box[0].ocsp(body), "application/ocsp-response")

        def _answer(self, content: bytes, kind: str) -> None:
            self.send_response(200 if box[0].answers else 503)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box.append(Authority(name, f"http://127.0.0.1:{server.server_port}"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield box[0]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
