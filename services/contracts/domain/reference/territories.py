"""The territories of the Département (circonscriptions), and their offices as letters name them."""

from dataclasses import dataclass, replace
from typing import Any

from services.contracts.domain.dossiers.model import UNASSIGNED_TERRITORY
from services.contracts.domain.reference.lists import Change
from services.contracts.domain.reference.rules import (
    InactiveTerritory,
    TerritoryInUse,
    UnassignedIsKept,
    UnknownTerritory,
)
from shared.kernel.errors import FieldProblem

# Stored in dossiers and in the tokens of agents.
CODE = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$"


@dataclass(frozen=True)
class Office:
    """A place that receives the public; `telephone` is E.164."""

    name: str
    address: tuple[str, ...]
    telephone: str | None


@dataclass(frozen=True)
class Territory:
    """The aggregate, as a value. One that is not active keeps its dossiers and takes no new one."""

    code: str
    name: str
    active: bool = True
    offices: tuple[Office, ...] = ()
    version: int = 0

    def opened(self) -> Change:
        """The change that a new territory is."""
        return Change("add", self.code, None, plain(self))

    def changed(self, wanted: "Territory") -> tuple["Territory", Change | None]:
        """With the name, offices and activity wanted; no change when nothing differs. Raises UnassignedIsKept."""
        if not wanted.active:
            self.refuse_if_unassigned()
        after = replace(wanted, version=self.version)
        if after == self:
            return self, None
        return after, Change("change", self.code, plain(self), plain(after))

    def removed(self, dossiers: int, agents: int) -> Change:
        """The change that its removal is. Raises TerritoryInUse, UnassignedIsKept."""
        self.refuse_if_unassigned()
        if dossiers or agents:
            raise TerritoryInUse(
                f"Le territoire « {self.code} » a {dossiers} dossier(s) et {agents} agent(s) : fermez-le au lieu de "
                "le retirer."
            )
        return Change("remove", self.code, plain(self), None)

    def refuse_if_unassigned(self) -> None:
        """Raises UnassignedIsKept."""
        if self.code == UNASSIGNED_TERRITORY:
            raise UnassignedIsKept(
                "Les dossiers sans territoire connu attendent ici leur affectation : il ne se ferme ni ne se retire."
            )


def usable(code: str, territory: Territory | None, field: str = "territory") -> Territory:
    """The territory, when a dossier can be given to it. Raises UnknownTerritory, InactiveTerritory."""
    if territory is None:
        detail = f"Aucun territoire n'a le code « {code} » : vérifiez-le, ou faites-le ouvrir par l'administrateur."
        raise UnknownTerritory(detail, [FieldProblem(field, "unknown-territory", "Ce territoire n'existe pas.")])
    if not territory.active:
        detail = f"Le territoire « {code} » est fermé : choisissez-en un qui reçoit encore des dossiers."
        raise InactiveTerritory(detail, [FieldProblem(field, "inactive-territory", "Ce territoire est fermé.")])
    return territory


def plain(territory: Territory) -> dict[str, Any]:
    """The territory as the history shows it."""
    return {
        "name": territory.name,
        "active": territory.active,
        "offices": [
            {"name": office.name, "address": list(office.address), "telephone": office.telephone}
            for office in territory.offices
        ],
    }
