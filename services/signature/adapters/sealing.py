"""The Département's electronic seal: PAdES B-B (ETSI EN 319 142-1) by pyHanko, certifying that nothing may change."""

from io import BytesIO
from pathlib import Path

from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509 import Certificate as PemCertificate
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD_NAME = "CachetDuDepartement"
FIELD_LABEL = "Cachet électronique du Département"
DIGEST = "sha256"
SealKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class SealUnusableError(Exception):
    """The PKCS#12 of the key folder holds no certificate with its RSA or elliptic-curve key."""


class _CachedKeySigner(signers.Signer):
    """pyHanko's own signer parses the key again at each signature: 100 ms for RSA 2048."""

    def __init__(self, key: SealKey, certificate: Certificate, chain: list[Certificate]) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(chain)
        algorithm = "sha256_ecdsa" if isinstance(key, ec.EllipticCurvePrivateKey) else "sha256_rsa"
        super().__init__(
            cert_registry=store,
            signing_cert=certificate,
            signature_mechanism=SignedDigestAlgorithm({"algorithm": algorithm}),
            # The root is what the verifier trusts beforehand: a copy in the file would prove nothing.
            embed_roots=False,
        )
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002, FBT001, FBT002
        """Signs; pyHanko's dry run measures the room to reserve with a real signature."""
        if digest_algorithm != DIGEST:
            raise SealUnusableError(f"unexpected digest {digest_algorithm}")
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class PadesSeal:
    """Seals PDFs with the key of a PKCS#12, parsed once."""

    def __init__(self, key: SealKey, certificate: PemCertificate, chain: list[PemCertificate]) -> None:
        self.key = key
        self.key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.certificate_der = certificate.public_bytes(Encoding.DER)
        self._signer = _CachedKeySigner(key, _asn1(certificate), [_asn1(other) for other in chain])

    @classmethod
    def load(cls, archive: Path, password: Path) -> "PadesSeal":
        """Reads the PKCS#12 and its password. Raises SealUnusableError, OSError, ValueError (wrong password)."""
        key, certificate, chain = pkcs12.load_key_and_certificates(archive.read_bytes(), password.read_bytes().strip())
        if certificate is None or not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise SealUnusableError(archive.name)
        return cls(key, certificate, chain)

    def seal(self, pdf: bytes, reference: str) -> bytes:
        """The PDF with the seal as an incremental update; `reference` is what the signature panel shows.

        The invisible field lies outside the page and prints: PDF/A bans the hidden flag (ISO 19005-2, 6.3.2) that
        PDF/UA would else ask of a field out of the structure tree (ISO 14289-1, 7.18.1).
        """
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=True)
        page, _ = writer.find_page_for_modification(0)  # type: ignore[no-untyped-call]
        page.get_object()["/Tabs"] = generic.pdf_name("/S")  # ISO 14289-1, 7.18.3
        writer.update_container(page.get_object())
        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD_NAME,
            md_algorithm=DIGEST,
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            reason=f"Signature du CER par code SMS, référence {reference}",
        )
        field = fields.SigFieldSpec(
            sig_field_name=FIELD_NAME,
            readable_field_name=FIELD_LABEL,
            invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True),
        )
        sealed = signers.PdfSigner(metadata, self._signer, new_field_spec=field).sign_pdf(writer)
        return bytes(sealed.getvalue())


def _asn1(certificate: PemCertificate) -> Certificate:
    return Certificate.load(certificate.public_bytes(Encoding.DER))
