"""A signature request as agents see it, each ending with what can be done next."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.signature.application.ports import Requests
from services.signature.domain import rules
from services.signature.domain.addendum import later, steps_in
from services.signature.domain.advice import advice
from services.signature.domain.model import SignatureRequest
from services.signature.domain.otp import Code
from services.signature.domain.rights import sees
from services.signature.domain.states import State
from services.signature.domain.telling import sentence
from services.signature.domain.values import Step
from services.signature.domain.yousign.request import check_signed_here, entered_by_label, state_label
from shared.events.files import FileRef
from shared.kernel.errors import NotFound
from shared.security.principal import Principal


class CodeView(BaseModel):
    """A code that was asked for. `unknown`: the SMS may have left; ask the person before asking for another."""

    sequence: int
    asked_at: datetime
    expires_at: datetime
    status: str
    status_label: str
    advice: str | None = Field(description="What to do when the SMS did not surely leave, in French")
    delivery: str | None = Field(description="The provider's receipt: pending, accepted, delivered, failed, unknown")
    delivery_label: str | None
    link_opened_at: datetime | None = Field(description="When the person opened the link on their own phone")

    @classmethod
    def of(cls, code: Code) -> Self:
        return cls(
            sequence=code.sequence,
            asked_at=code.asked_at,
            expires_at=code.expires_at,
            status=code.status,
            status_label=code.status.label,
            advice=advice(code.status, code.fault),
            delivery=code.delivery,
            delivery_label=code.delivery.label if code.delivery else None,
            link_opened_at=code.link_opened_at,
        )


class SignatureView(BaseModel):
    """Where a request stands. `pages_shown`: those served to the agent who asks; all of them wake SIGNER up."""

    id: UUID
    cer_id: UUID
    dossier_id: UUID
    attempt: int
    numero: int | None
    state: str
    state_label: str
    provider: str = Field(description="Who has the person sign: `own` (this service) or `yousign`")
    version: int
    pages: int | None
    pages_shown: list[int]
    read_to_the_end: bool
    document_sha256: str | None = Field(description="Fingerprint of the PDF that is shown and signed")
    phone_masked: str | None
    phone_entered_today: bool | None
    phone_shared: bool | None
    expires_at: datetime | None
    codes: list[CodeView]
    codes_left: int
    next_code_at: datetime | None
    tries_left: int
    signed_at: datetime | None
    entered_by: str | None = Field(description="Who typed the code: `referent` or `person`")
    entered_by_label: str | None
    sealed_sha256: str | None = Field(description="Fingerprint of the sealed PDF")
    ended_at: datetime | None
    ended_because: str | None
    what_next: str | None = Field(description="Why it ended and what can be done, in French")

    @classmethod
    def of(cls, request: SignatureRequest, agent: Principal) -> Self:
        asked, edition = request.asked, request.edition
        shown = sorted(request.pages_shown.get(agent.subject, ()))
        return cls(
            id=request.id,
            cer_id=request.cer_id,
            dossier_id=request.dossier_id,
            attempt=request.attempt,
            numero=asked.numero if asked else None,
            state=request.state,
            state_label=state_label(request),
            provider=request.provider,
            version=request.version,
            pages=edition.pages if edition else None,
            pages_shown=shown,
            read_to_the_end=edition is not None and len(shown) == edition.pages,
            document_sha256=edition.document.sha256 if edition else None,
            phone_masked=request.phone_masked,
            phone_entered_today=asked.phone_entered_today if asked else None,
            phone_shared=asked.phone_shared if asked else None,
            expires_at=request.expires_at,
            codes=[CodeView.of(code) for code in request.codes],
            codes_left=rules.MAX_CODES - len(request.codes),
            next_code_at=request.codes[-1].asked_at + rules.CODE_INTERVAL if request.codes else None,
            tries_left=rules.MAX_TRIES - request.tries,
            signed_at=request.signed.at if request.signed else None,
            entered_by=request.signed.entered_by if request.signed else None,
            entered_by_label=entered_by_label(request),
            sealed_sha256=request.document.sha256 if request.document else None,
            ended_at=request.ended_at,
            ended_because=request.ended_because,
            what_next=rules.ENDINGS.get(request.ended_because) if request.ended_because else None,
        )


class Signatures(BaseModel):
    """The requests of a CER, newest attempt first."""

    signatures: list[SignatureView]


async def signatures_of_cer(requests: Requests, cer_id: UUID, agent: Principal) -> Signatures:
    """The requests of a CER that the agent may see."""
    found = await requests.read_of_cer(cer_id)
    mine = [one for one in found if sees(agent, "list-signatures", one.territory, one.referent_id)]
    return Signatures(signatures=[SignatureView.of(one, agent) for one in mine])


async def seen_request(
    requests: Requests, request_id: UUID, agent: Principal, operation: str = "read-signature"
) -> SignatureRequest:
    """One request, for this of the table of rights. Raises NotFound, also where the agent may not know of it."""
    request = await requests.read(request_id)
    request.check(agent, operation)
    return request


def shown_document(request: SignatureRequest, page: int) -> FileRef:
    """The PDF that has this page. Raises NotFound, SignedElsewhere."""
    check_signed_here(request)
    if request.edition is None or not 1 <= page <= request.edition.pages:
        raise NotFound("Ce document n'a pas cette page : rechargez-le.")
    return request.edition.document


def sealed_document(request: SignatureRequest) -> FileRef:
    """The sealed PDF, also of a signature that was voided afterwards. Raises NotSealedYet."""
    if request.document is None:
        raise rules.NotSealedYet
    return request.document


class Later(BaseModel):
    """What was kept after the dossier de preuve was sealed."""

    at: datetime
    what: str
    label: str = Field(description="The same, in French")


class Addendum(BaseModel):
    """What has to be read beside a dossier de preuve: receipts that came late, a voiding."""

    drawn_up_at: datetime | None = Field(description="When the dossier was drawn up; none for the oldest ones")
    later: list[Later]
    signed: bool = Field(description="All of it stands in the signed addendum: `…/evidence/addendum.json`")


def evidence_file(request: SignatureRequest) -> FileRef:
    """The dossier de preuve, also of a signature that was voided afterwards. Raises NotSealedYet."""
    if request.evidence is None:
        raise rules.NotSealedYet
    return request.evidence


def addendum_file(request: SignatureRequest) -> FileRef:
    """The signed addendum, the newest. Raises NotSealedYet, NoAddendum."""
    evidence_file(request)
    if request.addendum is None:
        raise rules.NoAddendum
    return request.addendum


def addendum(told: dict[str, Any], steps: list[Step], signed: bytes | None) -> Addendum:
    """What the steps tell that the evidence does not; `signed` is the newest signed addendum."""
    came = later(told, steps)
    found = [Later(at=step["at"], what=step["what"], label=sentence(step)) for step in came]
    all_signed = bool(came) and signed is not None and steps_in(signed) == came
    return Addendum(drawn_up_at=told.get("drawn_up_at"), later=found, signed=all_signed)


def try_answer(request: SignatureRequest) -> None:
    """What a repeated try is answered, from where the request now stands: it is not judged again.

    Raises TooManyTries, WrongCode; returns when the request is signed, or ended otherwise.
    """
    if request.state is State.LOCKED:
        raise rules.TooManyTries
    if request.state is State.CODE_SENT:
        raise rules.WrongCode(rules.MAX_TRIES - request.tries)
