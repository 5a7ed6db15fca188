"""Whether the one part of a signed PDF that no digest covers, the signature's own bytes, is exactly what was verified.

Its room is larger than needed, some of its fields are redundant, names are compared whatever their case, and what is
unsigned in it (a timestamp, certificates) may be anything: bytes could change there unnoticed. So what was verified is
put together again, and compared with the whole room.
"""

from collections.abc import Iterable
from typing import Any

from asn1crypto import cms
from asn1crypto.algos import DigestAlgorithm
from asn1crypto.core import Null, ParsableOctetString, Void
from asn1crypto.x509 import Certificate
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from services.signature.adapters.seal_keys import is_low

_VERSIONS = {"data": "v1", "tst_info": "v3"}


def fills_its_room(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Whether the room of the signature holds it, in upper-case hexadecimal, then zeros, and nothing else."""
    _, start, end, _ = (int(bound) for bound in signature.byte_range)
    expected = cms.ContentInfo({"content_type": "signed_data", "content": rebuilt(signature.signed_data)}).dump()
    exact: bool = pdf[start:end] == b"<" + expected.hex().upper().encode().ljust(end - start - 2, b"0") + b">"
    return exact


def rebuilt(signed: cms.SignedData) -> cms.SignedData:
    """The same signature, each field that its own digest leaves out being written anew.

    Raises ValueError for what a signature of ours, or a timestamp in it, never has.
    """
    (found,) = signed["signer_infos"]
    kind = signed["encap_content_info"]["content_type"].native
    certificate = _signer(signed, found)
    digest = _algorithm(found["digest_algorithm"])
    issuer = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    fields: dict[str, Any] = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber(issuer)}),
        "digest_algorithm": DigestAlgorithm(digest),
        "signed_attrs": found["signed_attrs"],
        "signature_algorithm": _algorithm(found["signature_algorithm"]),
        "signature": _only_one(found),
    }
    unsigned = [_stamp(attribute) for attribute in found["unsigned_attrs"] or ()]
    if len(unsigned) > 1 or (unsigned and kind != "data"):
        raise ValueError("more is attached to the signature than a timestamp")
    if unsigned:
        fields["unsigned_attrs"] = cms.CMSAttributes(unsigned)
    whole = {
        "version": _VERSIONS[kind],
        "digest_algorithms": [DigestAlgorithm(digest)],
        "encap_content_info": _content(signed["encap_content_info"]),
        "certificates": signed["certificates"],
        "signer_infos": [cms.SignerInfo(fields)],
    }
    return cms.SignedData(whole)


def carries_only(signed: cms.SignedData, known: Iterable[Certificate]) -> bool:
    """Whether each certificate in the signature is one of those that were verified, byte for byte."""
    verified = {certificate.dump() for certificate in known}
    carried = [choice.chosen for choice in signed["certificates"]]
    same = all(one["signature_algorithm"].dump() == one["tbs_certificate"]["signature"].dump() for one in carried)
    return same and all(one.dump() in verified for one in carried)


def _signer(signed: cms.SignedData, found: cms.SignerInfo) -> Certificate:
    """The certificate that the signer's identifier names, whatever the case of its letters."""
    sid = found["sid"].chosen
    for choice in signed["certificates"]:
        certificate = choice.chosen
        if (certificate.issuer, certificate.serial_number) == (sid["issuer"], sid["serial_number"].native):
            return certificate
    raise ValueError("the signer's certificate is missing")


def _algorithm(found: Any) -> dict[str, Any]:
    parameters = found["parameters"]
    if isinstance(parameters, Null):
        return {"algorithm": found["algorithm"].native, "parameters": Null()}
    if not isinstance(parameters, Void):
        raise ValueError("an algorithm has parameters")  # noqa: TRY004 - said of the file, not of our types
    return {"algorithm": found["algorithm"].native}


def _only_one(found: cms.SignerInfo) -> Any:
    """An ECDSA signature has a twin that verifies too: only the one that a seal writes is taken.

    A timestamp's signature is another authority's, who writes either; the twin of one changes nothing that it says.
    """
    elliptic = found["signature_algorithm"].signature_algo == "ecdsa"
    if elliptic and found["signed_attrs"] and not _is_stamp(found) and not is_low(found["signature"].native):
        raise ValueError("the signature is the twin of one of ours")
    return found["signature"]


def _is_stamp(found: cms.SignerInfo) -> bool:
    types = [one["values"][0].native for one in found["signed_attrs"] if one["type"].native == "content_type"]
    return types == ["tst_info"]


def _stamp(attribute: cms.CMSAttribute) -> cms.CMSAttribute:
    (token,) = attribute["values"]
    if attribute["type"].native != "signature_time_stamp_token":
        raise ValueError("something other than a timestamp is attached to the signature")
    again = cms.ContentInfo({"content_type": "signed_data", "content": rebuilt(token["content"])})
    return cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [again]})


def _content(found: Any) -> dict[str, Any]:
    kind = found["content_type"].native
    if kind == "data":
        return {"content_type": "data"}
    return {"content_type": kind, "content": ParsableOctetString(bytes(found["content"]))}
