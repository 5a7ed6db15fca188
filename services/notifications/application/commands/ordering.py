"""Messages ordered by a call: what renewals will tell and has no event for yet, what a reaction puts into a digest.

Whoever hears of it says whose it is by an `Occasion`: the same one makes its message once.
"""

from dataclasses import dataclass
from datetime import date

from services.notifications.application.commands.making import Making
from services.notifications.domain.catalog import CATALOG
from services.notifications.domain.occasion import Occasion
from services.notifications.domain.plan import Attachment, Facts, Notice
from shared.database.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Appointment:
    """Where and when the person is expected; `phone` is the number to call if they cannot come."""

    day: date
    hour: str
    place: str
    phone: str

    @property
    def facts(self) -> Facts:
        """As templates name them."""
        return {"day": self.day.isoformat(), "hour": self.hour, "place": self.place, "phone": self.phone}


async def convoke(
    uow: UnitOfWork, making: Making, occasion: Occasion, appointment: Appointment, letter: Attachment | None = None
) -> bool | None:
    """Calls the person to an appointment, with the letter where it is made. See `Making.make` for what comes back."""
    return await making.make(uow, occasion, _notice("convocation_personne", appointment.facts, letter))


async def remind(uow: UnitOfWork, making: Making, occasion: Occasion, appointment: Appointment) -> bool | None:
    """Reminds the person of an appointment, unless they asked not to be."""
    return await making.make(uow, occasion, _notice("rappel_personne", appointment.facts))


async def renewal_due(
    uow: UnitOfWork, making: Making, occasion: Occasion, *, numero: int, ends_on: date
) -> bool | None:
    """Puts a CER that ends soon into the référent's next digest."""
    facts: Facts = {"numero": numero, "ends_on": ends_on.isoformat()}
    return await making.make(uow, occasion, _notice("renouvellement_referent", facts))


async def study_aged(
    uow: UnitOfWork, making: Making, occasion: Occasion, *, state: str, priority: str, days: int
) -> bool | None:
    """Puts a study that waits for longer than this many days into the service's next digest."""
    facts: Facts = {"territory": occasion.territory, "priority": priority, "state": state, "days": days}
    return await making.make(uow, occasion, _notice("etude_agee_service", facts))


def _notice(template: str, facts: Facts, attachment: Attachment | None = None) -> Notice:
    return Notice(template, CATALOG[template].audience, facts, attachment)
