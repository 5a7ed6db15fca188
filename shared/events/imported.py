"""What contracts tells of CERs that were kept by another software."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.events.blocks import Identity
from shared.events.envelope import Event
from shared.events.sealed import Sealed
from shared.events.topics import CERS, Topic


class CerImported(Event):
    """A CER that another software kept, valid or not, is known here: its dates, so that it is renewed in time.

    Told again when that software says otherwise. No edition is made of it and no message sent for it.
    """

    topic: ClassVar[Topic] = CERS
    aggregate: ClassVar[str] = "cer"
    subject_field: ClassVar[str] = "cer_id"
    key_field: ClassVar[str] = "cer_id"

    cer_id: UUID
    dossier_id: UUID
    numero: int
    nature: str
    territory: str
    referent_id: str | None = Field(description="Agent who accompanies the person; none while nobody was named")
    state: str = Field(description="`valide` or `non_valide`")
    date_signature: date | None
    date_debut: date
    date_fin: date | None
    dernier_contrat: bool
    source: str = Field(description="The software that it comes from")
    identity: Sealed[Identity]


EVENTS: tuple[type[Event], ...] = (CerImported,)
