"""What notifications holds of people: every table is here, or said to need no erasing."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.adapters.tables import message, preference, remise, remise_code
from shared.accounts.tables import BESIDES
from shared.audit.tables import BESIDES as AUDIT
from shared.erasure.holdings import Held, Holdings, Person
from shared.places import tables as places
from shared.quotas import tables as quotas


async def _messages(session: AsyncSession, person: Person) -> Sequence[UUID]:
    return (await session.scalars(select(message.c.id).where(message.c.dossier_id == person.dossier_id))).all()


def _remises(person: Person) -> Select[tuple[UUID]]:
    return select(remise.c.id).where(remise.c.dossier_id == person.dossier_id)


HOLDINGS = Holdings(
    held=(
        Held(remise_code, lambda person: remise_code.c.remise_id.in_(_remises(person))),
        Held(remise, lambda person: remise.c.dossier_id == person.dossier_id),
        Held(message, lambda person: message.c.dossier_id == person.dossier_id),
        Held(preference, lambda person: preference.c.dossier_id == person.dossier_id),
        places.HELD,
    ),
    besides=BESIDES
    | quotas.BESIDES
    | AUDIT
    | {
        "agent_card": "of agents: their names and mails, sealed",
        "sitting": "which agents were told of a session, and nobody who is followed",
        "digest": "for agents and the service: the messages that it gathers are erased",
        "template_version": "the words of templates, without any message's facts",
        "provider_pace": "a number for each provider",
        "print_batch": "who printed and posted: the letters are messages, and erased",
    },
    others=_messages,
)
