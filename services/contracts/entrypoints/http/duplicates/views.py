"""What an admin sends and sees of dossiers that may be one person."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.application.queries.duplicates import Side, SideBySide
from services.contracts.domain.dossiers.duplicates import Duplicate
from services.contracts.entrypoints.http.bodies import Body, Words
from services.contracts.entrypoints.http.dossiers.views import DossierLine


class DuplicatesQuery(Body):
    """Which proposals are asked for."""

    state: str = Field(default="open", pattern="^(open|dismissed|merged)$")
    after: UUID | None = Field(default=None, description="`next` of the page before")
    limit: int = Field(default=50, ge=1, le=100)


class DismissalIn(Body):
    """Why they are two persons."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Deux cousines, vérifié avec la CAF."}]})

    reason: Words


class MergeIn(Body):
    """The dossier that becomes part of the other, and the version of it that was seen."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"absorbed_id": "01980000-0000-7000-8000-0000000000d2", "absorbed_version": 1}]}
    )

    absorbed_id: UUID
    absorbed_version: int = Field(ge=1, le=2**31 - 1)


class SideView(BaseModel):
    """One of two dossiers: who it is, and counts of what hangs on it."""

    version: int
    dossier: DossierLine
    cers: int
    files: int

    @classmethod
    def of(cls, side: Side) -> Self:
        """One side."""
        line = DossierLine.of(side.dossier)
        return cls(version=side.dossier.version, dossier=line, cers=side.holding.cers, files=side.holding.files)


class DuplicateLine(BaseModel):
    """Two dossiers that may be one person, and why."""

    id: UUID
    version: int
    score: float
    reasons: tuple[str, ...]
    found_at: datetime
    state: str
    reason: str
    settled_by: str | None
    settled_at: datetime | None
    sides: list[SideView]

    @classmethod
    def of(cls, one: Duplicate, *sides: Side) -> Self:
        """A proposal, with its sides where they are shown."""
        return cls(
            id=one.id,
            version=one.version,
            score=one.likeness.score,
            reasons=one.likeness.reasons,
            found_at=one.found_at,
            state=one.state.value,
            reason=one.reason,
            settled_by=one.act.by if one.act else None,
            settled_at=one.act.at if one.act else None,
            sides=[SideView.of(side) for side in sides],
        )


class DuplicatePage(BaseModel):
    """Proposals, the likeliest first; `next` is the `after` of the page that follows."""

    duplicates: list[DuplicateLine]
    next: UUID | None

    @classmethod
    def of(cls, found: list[SideBySide], limit: int) -> Self:
        """A page of what was found, one more than it holds."""
        lines = [DuplicateLine.of(one.duplicate, *one.sides) for one in found[:limit]]
        return cls(duplicates=lines, next=lines[-1].id if len(found) > limit else None)
