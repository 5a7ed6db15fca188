"""What a person does not want to receive: only what neither their rights nor their duties depend on can be refused."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifications.domain.catalog import CATALOG


@dataclass(frozen=True)
class Preference:
    """`optional_messages`: whether reminders are wanted. Version 0: nobody asked, and they are."""

    dossier_id: UUID
    optional_messages: bool = True
    version: int = 0
    changed_by: str | None = None
    changed_at: datetime | None = None

    def wants(self, template: str) -> bool:
        """Whether a message of this kind goes to them."""
        return self.optional_messages or not CATALOG[template].optional

    def changed(self, *, optional_messages: bool, by: str, at: datetime) -> "Preference":
        """What they said to an agent."""
        return Preference(self.dossier_id, optional_messages, self.version + 1, by, at)
