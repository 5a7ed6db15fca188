"""Keeps a seal verifiable beyond the life of certificates: proofs, and a timestamp over all that is there.

PAdES B-LTA (ETSI EN 319 142-1, 5.5): to be done again before the last timestamp's certificate or algorithms end.
"""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from io import BytesIO

from asn1crypto.cms import SignedData
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_tst_data_iter
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.path import ValidationPath

DIGEST = "sha256"
TIMESTAMP_FIELD, TIMESTAMP_LABEL = "Horodatage", "Horodatage du document"
# The invisible field lies outside the page and prints: PDF/A bans the hidden flag (ISO 19005-2, 6.3.2) that PDF/UA
# would else ask of a field out of the structure tree (ISO 14289-1, 7.18.1).
INVISIBLE = fields.InvisSigSettings(box_out_of_bounds=True)
_PROOFS_BEFORE = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)


@dataclass(frozen=True)
class Timestamping:
    """The timestamping authority (RFC 3161): where it answers, and whom its certificates come from."""

    url: str
    roots: list[Certificate] = field(default_factory=list)
    timeout_seconds: float = 10.0

    def stamper(self) -> HTTPTimeStamper:
        """A client of the authority."""
        return HTTPTimeStamper(self.url, timeout=self.timeout_seconds)

    def context(self, roots: list[Certificate]) -> ValidationContext:
        """What collects the proofs that nothing was revoked, from where the certificates say that they are."""
        trusted = [*roots, *self.roots]
        return ValidationContext(trust_roots=trusted, allow_fetching=True, revocation_mode="require")


def archived(pdf: bytes, timestamping: Timestamping, roots: list[Certificate]) -> bytes:
    """The PDF with the proofs that it still lacks and one more timestamp over all of it, as one more revision.

    Raises pyHanko's errors and OSError when an authority does not answer or a certificate is no longer good.
    """
    return asyncio.run(_archived(pdf, timestamping, roots))


async def _archived(pdf: bytes, timestamping: Timestamping, roots: list[Certificate]) -> bytes:
    context = timestamping.context(roots)
    async with aclosing(context):
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        stamps = reader.embedded_timestamp_signatures
        # What an earlier timestamp covers is proved already: only the last one is still alone.
        last = [stamps[-1].signed_data] if stamps else _of_seal(reader)
        paths = [await _path(signed, context) for signed in last]
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=True)
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, paths=paths, validation_context=context, embed_roots=False
        )
        stamper = PdfTimeStamper(
            timestamping.stamper(),
            field_name=f"{TIMESTAMP_FIELD}{len(stamps) + 1}",
            invis_settings=INVISIBLE,
            readable_field_name=TIMESTAMP_LABEL,
        )
        done = await stamper.async_timestamp_pdf(
            writer, DIGEST, context, dss_settings=_PROOFS_BEFORE, embed_roots=False
        )
        return bytes(done.getvalue())


def _of_seal(reader: PdfFileReader) -> list[SignedData]:
    (seal,) = reader.embedded_regular_signatures
    return [seal.signed_data, *extract_tst_data_iter(seal.signer_info, signed=False)]


async def _path(signed: SignedData, context: ValidationContext) -> ValidationPath:
    """The path of who signed this, checked today."""
    certificates = extract_certs_for_validation(signed)
    validator = CertificateValidator(
        certificates.signer_cert, list(certificates.other_certs), validation_context=context
    )
    return await validator.async_validate_path()
