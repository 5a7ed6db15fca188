"""What the use cases ask of the outside."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.application.ports.agents import Agents
from services.contracts.application.ports.cers import Cers
from services.contracts.application.ports.dossiers import Dossiers, Filter, Telephones

__all__ = ["Agents", "Cers", "Dossiers", "Filter", "Stores", "StoresOf", "Telephones"]


@dataclass(frozen=True)
class Stores:
    """All that a transaction can load and save."""

    cers: Cers
    dossiers: Dossiers
    agents: Agents


StoresOf = Callable[[AsyncSession], Stores]
