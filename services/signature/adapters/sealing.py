"""The Département's electronic seal: PAdES (ETSI EN 319 142-1) by pyHanko, certifying that nothing may change."""

from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko_certvalidator.registry import SimpleCertificateStore

from services.signature.adapters.archiving import Timestamping, archived
from services.signature.adapters.block import FIELD_NAME, BlockStyle, field_for, find_box
from services.signature.adapters.seal_keys import SealKey, SealUnusableError
from services.signature.adapters.seal_options import FONT, Level

DIGEST = "sha256"
# The proofs are in the seal's own revision: no change follows that a reader would have to judge.
_PROOFS = DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE)


class _Signer(signers.Signer):
    """pyHanko's own signer parses the key again at each signature: 100 ms for RSA 2048."""

    def __init__(self, key: SealKey) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(key.chain)
        super().__init__(
            cert_registry=store,
            signing_cert=key.certificate,
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa" if key.elliptic else "sha256_rsa"}),
            # The root is what the verifier trusts beforehand: a copy in the file would prove nothing.
            embed_roots=False,
        )
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002, FBT001, FBT002
        """Signs; pyHanko's dry run measures the room to reserve with a real signature."""
        if digest_algorithm != DIGEST:
            raise SealUnusableError(f"unexpected digest {digest_algorithm}")
        return self._key.sign(data)


class PadesSeal:
    """Seals PDFs at one level. What is above B-B asks a timestamping authority, which has to answer."""

    def __init__(
        self,
        key: SealKey,
        roots: list[Certificate],
        level: Level = Level.B_B,
        timestamping: Timestamping | None = None,
        font: Path = FONT,
    ) -> None:
        if level is not Level.B_B and timestamping is None:
            raise SealUnusableError(f"level {level} needs a timestamping authority")
        self.key = key
        self._roots = roots
        self.level = level
        self._timestamping = timestamping
        self._font = font
        self._signer = _Signer(key)

    def seal(self, pdf: bytes, reason: str, block: tuple[str, ...] = ()) -> bytes:
        """The PDF with the seal as an incremental update; `reason` is what the signature panel shows.

        The block's lines are drawn where the PDF keeps a box for them; where it keeps none, the seal is invisible.
        Raises pyHanko's errors and OSError when an authority does not answer; PdfReadError for an unreadable PDF.
        """
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=True)
        box = find_box(writer) if block else None
        spec = field_for(box, block)
        page, _ = writer.find_page_for_modification(spec.on_page)
        page.get_object()["/Tabs"] = generic.pdf_name("/S")  # ISO 14289-1, 7.18.3
        writer.update_container(page.get_object())
        stamper = self._timestamping.stamper() if self._timestamping and self.level is not Level.B_B else None
        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD_NAME,
            md_algorithm=DIGEST,
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            reason=reason,
            **self._proofs(),
        )
        style: Any = None if box is None else BlockStyle(block, self._font)
        signer = signers.PdfSigner(metadata, self._signer, timestamper=stamper, stamp_style=style, new_field_spec=spec)
        sealed = bytes(signer.sign_pdf(writer).getvalue())
        if self._timestamping is not None and self.level is Level.B_LTA:
            return archived(sealed, self._timestamping, self._roots)
        return sealed

    def _proofs(self) -> dict[str, Any]:
        if self._timestamping is None or self.level in {Level.B_B, Level.B_T}:
            return {}
        return {
            "embed_validation_info": True,
            "validation_context": self._timestamping.context(self._roots),
            "dss_settings": _PROOFS,
        }
