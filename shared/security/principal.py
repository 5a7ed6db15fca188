"""Who is asking: the agent as their token describes them."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of the département's agents, as tokens name them."""

    REFERENT = "referent"
    SECRETARIAT = "secretariat"
    SERVICE_INSERTION = "service_insertion"
    CHEF_DE_SERVICE = "chef_de_service"
    COMMISSION = "commission"
    PARTNER = "partner"
    ADMIN = "admin"


@dataclass(frozen=True)
class Principal:
    """An agent. `territory` is none for those who work for the whole département."""

    subject: str
    role: Role
    territory: str | None
    full_name: str
    mail: str | None
    quality: str
