"""A colleague stands in for a référent between two dates: what the one may do, the other may, for their dossiers.

Dates are legal ones (Europe/Paris), both included. Several colleagues may share an absence, each for all of the
dossiers: who is there answers. It does not pass on: who replaces B does not replace those whom B replaces.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.contracts.domain.agents.model import Agent
from services.contracts.domain.agents.rules import ReplacementRefused
from shared.events.replacements import ReplacementChanged
from shared.kernel.errors import FieldProblem
from shared.security.principal import Role


@dataclass
class Replacement:
    """`substitute_id` stands in for `absent_id`. `revoked_by`: who ended it before its time."""

    id: UUID
    absent_id: str
    substitute_id: str
    first_day: date
    last_day: date
    made_by: str
    revoked_by: str | None = None
    version: int = 0

    @classmethod
    def make(
        cls, new_id: UUID, absent: Agent, substitute: Agent | None, days: tuple[date, date], *, by: str, today: date
    ) -> "Replacement":
        """A replacement between these days. Raises ReplacementRefused."""
        problems = list(_problems(absent, substitute, *days, today))
        if problems or substitute is None:
            raise ReplacementRefused("Ce remplacement n'est pas possible : corrigez ce qui est indiqué.", problems)
        return cls(new_id, absent.id, substitute.id, days[0], days[1], by)

    def runs_on(self, day: date) -> bool:
        """Whether it gives rights on this day."""
        return self.revoked_by is None and self.first_day <= day <= self.last_day

    def overlaps(self, first_day: date, last_day: date) -> bool:
        """Whether it shares a day with these."""
        return self.revoked_by is None and self.first_day <= last_day and first_day <= self.last_day

    def revoke(self, by: str) -> bool:
        """Ends it at once; false when it already was."""
        if self.revoked_by is not None:
            return False
        self.revoked_by = by
        return True

    def told(self) -> ReplacementChanged:
        """The event of the version about to be stored."""
        return self._as_of(self.version + 1)

    def known(self) -> ReplacementChanged:
        """The event of the version that is stored, told again."""
        return self._as_of(self.version)

    def _as_of(self, version: int) -> ReplacementChanged:
        return ReplacementChanged(
            aggregate_version=version,
            replacement_id=self.id,
            absent_id=self.absent_id,
            substitute_id=self.substitute_id,
            first_day=self.first_day,
            last_day=self.last_day,
            ended=self.revoked_by is not None,
        )


def _problems(
    absent: Agent, substitute: Agent | None, first_day: date, last_day: date, today: date
) -> list[FieldProblem]:
    found = []
    if absent.role is not Role.REFERENT:
        found.append(FieldProblem("absent_id", "not-a-referent", "Seul un référent se remplace."))
    if substitute is None or not substitute.active or substitute.role is not Role.REFERENT:
        found.append(FieldProblem("substitute_id", "not-a-referent", "Choisissez un référent connu et actif."))
    elif substitute.id == absent.id:
        found.append(FieldProblem("substitute_id", "self", "Choisissez un collègue."))
    if last_day < first_day:
        found.append(FieldProblem("last_day", "before-first-day", "La fin précède le début."))
    if last_day < today:
        found.append(FieldProblem("last_day", "past", "La fin est déjà passée."))
    return found
