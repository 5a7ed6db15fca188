"""A head as others hold it: one JSON object a line, in the form of the event and of the API."""

from datetime import UTC
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from shared.audit.entry import Head
from shared.audit.rules import UnreadableHead


class _Held(BaseModel):
    """What is read of a line, whatever else it holds."""

    sequence: int = Field(ge=1, strict=True)
    hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    at: AwareDatetime


def shown(head: Head) -> dict[str, Any]:
    """The head as it is published."""
    return {
        "sequence": head.id,
        "hash": head.hash.hex(),
        "at": head.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


def heads_of(text: str) -> list[Head]:
    """The heads of a file: lines of the event as Kafka kept it, or of the API's answers. Raises UnreadableHead."""
    return [_head(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]


def _head(number: int, line: str) -> Head:
    try:
        held = _Held.model_validate_json(line)
    except ValidationError as error:
        raise UnreadableHead(
            f"La ligne {number} n'est pas une empreinte publiée : il y faut `sequence`, `hash` et `at`."
        ) from error
    return Head(held.sequence, bytes.fromhex(held.hash), held.at)
