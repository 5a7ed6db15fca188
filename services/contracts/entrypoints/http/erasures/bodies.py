"""What the admin sends to erase a person."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.domain.erasures.model import Ground

_EXAMPLES: list[Any] = [{"ground": "demande"}, {"ground": "demande", "confirm": 4}]


class ErasureIn(BaseModel):
    """Without `confirm`, what would go is counted and nothing changes; with the version that it showed, it is done."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": _EXAMPLES})

    ground: Ground
    confirm: int | None = Field(default=None, ge=1, le=2**31 - 1, description="The `version` of the count")


class ErasuresQuery(BaseModel):
    """Which lines of the ledger."""

    model_config = ConfigDict(extra="forbid")

    after: int = Field(default=0, ge=0, le=2**63 - 1)
    limit: int = Field(default=50, ge=1, le=200)
    unanswered: bool = False
