"""Where providers bring delivery receipts: the address that `cer signature receipts-address` says."""

import hmac
import json
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from services.signature.application.commands import receipts
from services.signature.domain.link import receipts_key
from services.signature.entrypoints.http.desk import AtDesk

router = APIRouter(include_in_schema=False)


@router.api_route("/sms/receipts/{provider}", methods=["GET", "POST"])
async def take_receipt(provider: str, request: Request, at: AtDesk) -> Response:
    """Keeps a receipt. 404 for a wrong key and for an SMS that is not known yet: the provider tries again."""
    fields = {**await _body(request), **dict(request.query_params)}
    key = receipts_key(at.means.pepper, provider)
    if not hmac.compare_digest(fields.pop("key", "").encode(), key.encode()):
        return Response(status_code=404)
    receipt = at.means.sms.told(provider, fields)
    known = receipt is not None and await receipts.keep(at.means, receipt)
    return Response(status_code=200 if known else 404)


async def _body(request: Request) -> dict[str, str]:
    """A flat JSON object or a form; anything else says nothing."""
    try:
        text = (await request.body()).decode()
        if "json" not in request.headers.get("content-type", ""):
            return dict(parse_qsl(text, max_num_fields=100))
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {name: str(value) for name, value in pairs if isinstance(value, str | int | float)}
