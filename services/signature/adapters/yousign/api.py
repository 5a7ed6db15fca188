"""The endpoints of Yousign's public API that signing a CER takes (developers.yousign.com/reference, version 3)."""

from datetime import date
from typing import TypeVar
from urllib.parse import quote

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.signature.adapters.yousign.asking import Asking
from services.signature.application.ports import ProviderAwayError, ProviderLostError
from services.signature.domain.yousign.remote import RemoteDocument, RemoteRequest, RemoteSigner, RemoteStatus
from services.signature.domain.yousign.signer import Place, Signer

# Of the reason for a refusal: as much as an agent may write for one.
LONGEST_REASON = 2000
_BROKEN = {"error", "aborted"}
T = TypeVar("T")


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class _Named(_Part):
    id: str


class _SignerState(_Named):
    status: str = ""


class _Decline(_Part):
    reason: str | None = None


class _Request(_Named):
    status: str
    external_id: str | None = None
    documents: list[_Named] = []
    signers: list[_SignerState] = []
    decline_information: _Decline | None = None


class _Page(_Part):
    data: list[_Request]


class _Document(_Named):
    sha256: str
    nature: str = "signable_document"


class _Field(_Part):
    document_id: str


class _Signer(_Named):
    signed_at: AwareDatetime | None = None
    signature_link: str | None = None
    signature_link_expiration_date: AwareDatetime | None = None
    fields: list[_Field] | None = None


class YousignApi:
    """Implements `SigningProvider`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def find(self, reference: str) -> list[RemoteRequest]:
        page = await self._get(_Page, "/signature_requests", {"external_id[eq]": reference, "limit": "100"})
        # A filter that was not understood would give everybody's requests.
        return [_remote(one) for one in page.data if one.external_id == reference]

    async def create(self, reference: str, name: str, last_day: date) -> RemoteRequest:
        body = {
            "name": name,
            "external_id": reference,
            "delivery_mode": "none",
            "timezone": "Europe/Paris",
            "expiration_date": last_day.isoformat(),
            "signers_allowed_to_decline": True,
            "audit_trail_locale": "fr",
        }
        answer = await self._asking.json("POST", "/signature_requests", json=body)
        return _remote(_read(_Request, answer))

    async def read(self, remote_id: str) -> RemoteRequest:
        return _remote(await self._get(_Request, _path(remote_id)))

    async def upload(self, remote_id: str, pdf: bytes, name: str) -> RemoteDocument:
        answer = await self._asking.json(
            "POST",
            _path(remote_id, "documents"),
            files={"file": (name, pdf, "application/pdf")},
            data={"nature": "signable_document"},
        )
        made = _read(_Document, answer)
        return RemoteDocument(made.id, made.sha256)

    async def documents(self, remote_id: str) -> list[RemoteDocument]:
        found = await self._get(list[_Document], _path(remote_id, "documents"))
        return [RemoteDocument(one.id, one.sha256) for one in found if one.nature == "signable_document"]

    async def remove_document(self, remote_id: str, document_id: str) -> None:
        await self._delete(_path(remote_id, "documents", document_id))

    async def add_signer(self, remote_id: str, signer: Signer, document_id: str, place: Place) -> str:
        field = {"document_id": document_id, "type": "signature", "page": place.page, "x": place.x, "y": place.y}
        body = {
            "info": {
                "first_name": signer.first_name,
                "last_name": signer.last_name,
                "email": signer.mail,
                "phone_number": signer.phone,
                "locale": "fr",
            },
            "signature_level": "electronic_signature",
            "signature_authentication_mode": "otp_sms",
            "fields": [{**field, "width": place.width, "height": place.height}],
        }
        answer = await self._asking.json("POST", _path(remote_id, "signers"), json=body)
        return _read(_Named, answer).id

    async def remove_signer(self, remote_id: str, signer_id: str) -> None:
        await self._delete(_path(remote_id, "signers", signer_id))

    async def activate(self, remote_id: str) -> None:
        await self._asking.json("POST", _path(remote_id, "activate"))

    async def signer(self, remote_id: str, signer_id: str) -> RemoteSigner:
        found = await self._get(_Signer, _path(remote_id, "signers", signer_id))
        return RemoteSigner(
            found.id,
            tuple(field.document_id for field in found.fields or ()),
            found.signed_at,
            found.signature_link,
            found.signature_link_expiration_date,
        )

    async def cancel(self, remote_id: str) -> None:
        await self._asking.json("POST", _path(remote_id, "cancel"), json={"reason": "contractualization_aborted"})

    async def delete(self, remote_id: str, *, permanently: bool) -> None:
        await self._delete(_path(remote_id), {"permanent_delete": "true"} if permanently else {})

    async def signed_file(self, remote_id: str, document_id: str) -> bytes:
        return await self._asking.file(_path(remote_id, "documents", document_id, "download"))

    async def audit_trail(self, remote_id: str, signer_id: str) -> bytes:
        return await self._asking.file(_path(remote_id, "signers", signer_id, "audit_trails", "download"))

    async def close(self) -> None:
        """Lets the connections go."""
        await self._asking.close()

    async def _get(self, model: type[T], path: str, params: dict[str, str] | None = None) -> T:
        return _read(model, await self._asking.json("GET", path, params=params))

    async def _delete(self, path: str, params: dict[str, str] | None = None) -> None:
        try:
            await self._asking.json("DELETE", path, params=params)
        except ProviderLostError:
            return


def _remote(found: _Request) -> RemoteRequest:
    known = found.status in set(RemoteStatus) - {RemoteStatus.UNHEARD}
    said = found.decline_information.reason if found.decline_information else None
    return RemoteRequest(
        found.id,
        RemoteStatus(found.status) if known else RemoteStatus.UNHEARD,
        tuple(one.id for one in found.documents),
        tuple(one.id for one in found.signers),
        (said or "").replace("\x00", "").strip()[:LONGEST_REASON],
        any(one.status in _BROKEN for one in found.signers),
    )


def _read(model: type[T], answer: bytes) -> T:
    """What an answer says. One that makes no sense is none: what was asked may have been done."""
    try:
        return TypeAdapter(model).validate_json(answer)
    except ValidationError:
        raise ProviderAwayError from None


def _path(*parts: str) -> str:
    return "/" + "/".join(["signature_requests", *(quote(part, safe="") for part in parts)])
