"""Whom a signature comes from and since when it has existed, at a moment, by what the file itself carries."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, TypeVar

from asn1crypto import cms
from asn1crypto.crl import CertificateList
from asn1crypto.ocsp import OCSPResponse
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import message_imprint_checker, validate_tst_signed_data
from pyhanko.sign.validation.status import SignatureStatus, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from services.signature.adapters.exactness import carries_only
from services.signature.domain.algorithms import Suite


@dataclass(frozen=True)
class Trust:
    """The certificates that are trusted beforehand: the Département's, and those of timestamping authorities."""

    roots: list[Certificate]
    tsa_roots: list[Certificate] = field(default_factory=list)


S = TypeVar("S", bound=SignatureStatus)


class Standing(StrEnum):
    """What can be said of a certificate at a moment."""

    GOOD = "good"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"


_EXPIRED = {
    AdESIndeterminate.EXPIRED,
    AdESIndeterminate.NOT_YET_VALID,
    AdESIndeterminate.NO_POE,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
}
_REVOKED = {AdESIndeterminate.REVOKED_NO_POE, AdESIndeterminate.REVOKED_CA_NO_POE}


@dataclass(frozen=True)
class Stamp:
    """A timestamp whose bytes are right: what it says, and what its authority is worth."""

    at: datetime
    standing: Standing
    authority: str
    until: datetime


class Proofs:
    """Who is trusted, with what the file carries for its own verification (its document security store)."""

    def __init__(self, reader: PdfFileReader, trust: Trust) -> None:
        self.trust = trust
        try:
            self._store: DocumentSecurityStore | None = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError:
            self._store = None

    @property
    def any(self) -> bool:
        """Whether the file carries proofs at all."""
        return self._store is not None

    def of_seals(self, moment: datetime, *, proven: bool = False, lists: bool = True) -> ValidationContext:
        """Seals' certificates as they stood then, without network.

        `proven`: that nothing was revoked has to be shown. `lists`: the lists of what was revoked are looked at.
        """
        return self._context(self.trust.roots, moment, proven=proven, lists=lists)

    def of_stamps(self, moment: datetime, *, lists: bool = True) -> ValidationContext:
        """Timestamping authorities' certificates as they stood then."""
        return self._context(self.trust.tsa_roots, moment, lists=lists)

    def _context(
        self, roots: list[Certificate], moment: datetime, *, proven: bool = False, lists: bool = True
    ) -> ValidationContext:
        settings: dict[str, Any] = {
            "trust_roots": roots,
            "moment": moment,
            "allow_fetching": False,
            "revocation_mode": "require" if proven else "soft-fail",
            # A list published later than the moment tells of it too.
            "retroactive_revinfo": True,
        }
        if self._store is None:
            return ValidationContext(**settings)
        if lists:
            settings |= self._lists
        return ValidationContext(other_certs=self._certificates, **settings)

    @cached_property
    def _certificates(self) -> list[Certificate]:
        """Read once: a file is judged at several moments, and each name in it is prepared for comparison."""
        return [] if self._store is None else list(self._store.load_certs())

    @cached_property
    def _lists(self) -> dict[str, list[Any]]:
        """What says which certificates were revoked; read once too."""
        store, purpose = self._store, DecodePurpose
        if store is None:
            return {}
        answers = [OCSPResponse.load(one.get_object().read_data(purpose.OCSP_RESPONSE)) for one in store.ocsps]
        lists = [CertificateList.load(one.get_object().read_data(purpose.CRL)) for one in store.crls]
        return {"ocsps": answers, "crls": lists}


async def settled(
    validate: Callable[[ValidationContext], Awaitable[S]], context: Callable[..., ValidationContext]
) -> S:
    """The validation by all that the file carries; by its certificates alone where its lists are too old to tell.

    Nobody who verifies offline has newer ones: that nothing was revoked since is then not established.
    """
    status = await validate(context())
    if status.trust_problem_indic is AdESIndeterminate.TRY_LATER:
        return await validate(context(lists=False))
    return status


def standing(status: SignatureStatus, moment: datetime) -> Standing:
    """What the validation of a signature at this moment says of who signed."""
    certificate, problem = status.signing_cert, status.trust_problem_indic
    if problem in _REVOKED:
        return Standing.REVOKED
    if problem in _EXPIRED:
        return Standing.EXPIRED
    if not status.trusted:
        return Standing.UNKNOWN
    # A certificate that is trusted by itself is not asked about its dates otherwise.
    if not certificate.not_valid_before <= moment <= certificate.not_valid_after:
        return Standing.EXPIRED
    return Standing.GOOD


def only_verified(signed: cms.SignedData, status: SignatureStatus, roots: Iterable[Certificate]) -> bool:
    """Whether the signature carries no certificate beside those that its verification used."""
    path = status.validation_path
    used = [] if path is None else [one for one in path if isinstance(one, Certificate)]
    return carries_only(signed, [status.signing_cert, *used, *roots])


async def stamp_of(token: cms.SignedData, signer: cms.SignerInfo, proofs: Proofs, moment: datetime) -> Stamp | None:
    """The timestamp attached to a signature, as it stands at the moment; none when its bytes are not right."""

    async def validate(context: ValidationContext) -> TimestampSignatureStatus:
        return TimestampSignatureStatus(
            **await validate_tst_signed_data(token, context, message_imprint_checker(signer))
        )

    status = await settled(validate, partial(proofs.of_stamps, moment))
    return judged(token, status, proofs.trust, moment)


def judged(token: cms.SignedData, status: TimestampSignatureStatus, trust: Trust, moment: datetime) -> Stamp | None:
    """A timestamp from its validation; none when its bytes are not right."""
    if not (status.intact and status.valid):
        return None
    found = standing(status, moment)
    certificate = status.signing_cert
    if found is Standing.GOOD and not only_verified(token, status, trust.tsa_roots):
        return None
    return Stamp(status.timestamp, found, name_of(certificate), lasts_until(token, status))


def lasts_until(signed: cms.SignedData, status: SignatureStatus) -> datetime:
    """When the signer's certificate ends, or an algorithm that the signature rests upon does."""
    (signer,) = signed["signer_infos"]
    certificate, path = status.signing_cert, status.validation_path or ()
    # What the roots signed of themselves is not relied upon: they are trusted beforehand.
    below = [one for one in path if isinstance(one, Certificate) and one.self_signed == "no"]
    bits = certificate.public_key.bit_size
    suites = [_suite(signer["digest_algorithm"]["algorithm"].native, signer["signature_algorithm"], bits)]
    suites += [_suite(None, one["signature_algorithm"], _issuers_bits(one, path)) for one in below]
    ends = [suite.until for suite in suites if suite.until is not None]
    first: datetime = min([certificate.not_valid_after, *ends])
    return first


def _suite(digest: str | None, algorithm: Any, bits: int) -> Suite:
    """A signature's own digest may be said apart (RFC 5652, 5.3). Schemes that pyHanko cannot name are unknown ones."""
    try:
        return Suite(digest or algorithm.hash_algo, algorithm.signature_algo, bits)
    except ValueError:
        return Suite("", "", bits)


def _issuers_bits(certificate: Certificate, path: Iterable[Any]) -> int:
    """The size of the key that signed a certificate of this path."""
    issuers = (one for one in path if isinstance(one, Certificate) and one.subject == certificate.issuer)
    issuer = next(issuers, None)
    return 0 if issuer is None else int(issuer.public_key.bit_size)


def name_of(certificate: Certificate) -> str:
    """Whom a certificate names."""
    names = certificate.subject.native
    return str(names.get("common_name") or certificate.subject.human_friendly)
