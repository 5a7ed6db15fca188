"""The endpoint that delivery receipts come to, in every service that sends SMS."""

import json
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from shared.sms.receipts import ReceiptDoor

router = APIRouter(include_in_schema=False)


@router.api_route("/sms/receipts/{provider}", methods=["GET", "POST"])
async def take_receipt(provider: str, request: Request) -> Response:
    """Keeps a receipt; `app.state.receipts` is the door. The key stands in the query, which no trace keeps."""
    fields = {**await _body(request), **dict(request.query_params)}
    door: ReceiptDoor = request.app.state.receipts
    await door.take(provider, fields.pop("key", ""), fields)
    return Response(status_code=200)


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
