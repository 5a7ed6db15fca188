"""What the use cases ask of the outside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.domain.agent import Agent
from services.contracts.domain.contact import Telephone
from services.contracts.domain.dossier import Dossier
from services.contracts.domain.household import Household
from services.contracts.domain.model import Cer
from services.contracts.domain.moves import Move
from services.contracts.domain.notices import Neighbour
from shared.security.principal import Principal


@dataclass(frozen=True)
class Filter:
    """Which dossiers are asked for; none of a criterion means all.

    `seen_by` limits them to those of this agent's territory, or that they accompany.
    """

    matricule: str | None = None
    name_prefix: str | None = None
    territory: str | None = None
    seen_by: Principal | None = None


class Cers(Protocol):
    """The CERs of one transaction."""

    async def get(self, cer_id: UUID) -> Cer:
        """The CER. Raises NotFound."""
        ...

    async def add(self, cer: Cer) -> None:
        """Stores a CER for the first time, with its line of history."""
        ...

    async def save(self, cer: Cer) -> None:
        """Stores one change, with its line of history. Raises RaceLost."""
        ...

    async def write_line(self, cer: Cer, line: Move) -> None:
        """Adds a line of history without a change of the CER."""
        ...

    async def of_dossier(self, dossier_id: UUID) -> list[Cer]:
        """The CERs of a dossier by number, deleted ones left out."""
        ...

    async def neighbours(self, dossier_id: UUID, besides: UUID | None) -> list[Neighbour]:
        """The other CERs of a dossier, deleted ones left out."""
        ...

    async def is_signing(self, dossier_id: UUID) -> bool:
        """Whether a signature is under way for a CER of this dossier."""
        ...

    async def overdue(self, now: datetime, limit: int) -> list[UUID]:
        """CERs whose signature attempt passed its deadline."""
        ...

    async def history(self, cer_id: UUID) -> list[Move]:
        """The lines of history, oldest first."""
        ...


class Dossiers(Protocol):
    """The dossiers of one transaction."""

    async def get(self, dossier_id: UUID, *, locked: bool = False) -> Dossier:
        """The dossier, locked until the end of the transaction if asked for. Raises NotFound."""
        ...

    async def add(self, dossiers: Sequence[Dossier]) -> None:
        """Stores dossiers for the first time, and their households where they are new."""
        ...

    async def save(self, dossier: Dossier) -> None:
        """Stores one change. Raises RaceLost."""
        ...

    async def of_households(self, households: Sequence[Household]) -> Mapping[Household, list[Dossier]]:
        """The dossiers known of these households."""
        ...

    async def page(self, wanted: Filter, after: UUID | None, limit: int) -> list[Dossier]:
        """Dossiers by name, from the one after `after`."""
        ...

    async def is_shared(self, number: str, besides: UUID) -> bool:
        """Whether the number stands in another dossier too."""
        ...


class Agents(Protocol):
    """The agents of one transaction."""

    async def find(self, agent_id: str) -> Agent | None:
        """The agent, if they were ever seen."""
        ...

    async def save(self, agent: Agent) -> None:
        """Stores an agent, for the first time or changed. Raises RaceLost."""
        ...

    async def own_number(self, number: str) -> bool:
        """Whether the number is an agent's own."""
        ...


@dataclass(frozen=True)
class Stores:
    """All that a transaction can load and save."""

    cers: Cers
    dossiers: Dossiers
    agents: Agents


StoresOf = Callable[[AsyncSession], Stores]


class Telephones(Protocol):
    """Knows the numbering plans."""

    def read(self, text: str | None) -> Telephone | None:
        """A number as entered; none when empty. Raises Invalid."""
        ...

    def shown(self, telephone: Telephone) -> str:
        """The number as it is read in France: `06 39 98 00 01`."""
        ...
