"""A trusted instant for an evidence: an RFC 3161 token over its bytes."""

import asyncio
import hashlib
from datetime import datetime
from functools import partial

from asn1crypto import cms
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from services.signature.adapters.archiving import DIGEST, Timestamping
from services.signature.adapters.exactness import rebuilt
from services.signature.adapters.trusting import Stamp, Trust, judged


def token_over(content: bytes, timestamping: Timestamping) -> bytes:
    """The authority's token, in DER. Raises TimestampRequestError, OSError, and RuntimeError on an event loop."""
    digest = hashlib.new(DIGEST, content).digest()
    token: bytes = asyncio.run(timestamping.stamper().async_timestamp(digest, DIGEST)).dump()
    return token


def read_token(token: bytes, content: bytes, trust: Trust, moment: datetime) -> Stamp:
    """What the token says of the content, its authority judged as it stands at the moment.

    No byte of it may be other than what was verified. Raises ValueError, and whatever a hostile token can cause.
    """
    told = cms.ContentInfo.load(token, strict=True)
    signed = told["content"]
    if cms.ContentInfo({"content_type": "signed_data", "content": rebuilt(signed)}).dump() != token:
        raise ValueError("the timestamp is not written as it was verified")
    stamp = asyncio.run(_judged(signed, content, trust, moment))
    if stamp is None:
        raise ValueError("the timestamp is not of this content")
    return stamp


async def _judged(signed: cms.SignedData, content: bytes, trust: Trust, moment: datetime) -> Stamp | None:
    context = ValidationContext(trust_roots=trust.tsa_roots, moment=moment, allow_fetching=False)
    status = await validate_tst_signed_data(signed, context, partial(_imprint, content))
    return judged(signed, TimestampSignatureStatus(**status), trust, moment)


def _imprint(content: bytes, algorithm: str) -> bytes:
    return hashlib.new(algorithm, content).digest()
