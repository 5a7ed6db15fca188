"""What signature holds of people: every table is here, or said to need no erasing."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.signature.adapters.tables import code, page_shown, signature_request, step, yousign_request
from services.signature.application.commands.yousign.rows import order_erasure
from services.signature.domain.values import Provider
from shared.accounts.tables import BESIDES
from shared.audit.tables import BESIDES as AUDIT
from shared.erasure.holdings import Elsewhere, Files, Held, Holdings, Person
from shared.places import tables as places
from shared.quotas import tables as quotas


def _requests(person: Person) -> ColumnElement[bool]:
    return signature_request.c.dossier_id == person.dossier_id


def _of_requests(table: Table) -> Callable[[Person], ColumnElement[bool]]:
    return lambda person: table.c.request_id.in_(select(signature_request.c.id).where(_requests(person)))


async def _ids(session: AsyncSession, person: Person) -> Sequence[UUID]:
    return (await session.scalars(select(signature_request.c.id).where(_requests(person)))).all()


async def _files(session: AsyncSession, person: Person) -> Files:
    """The folder of the dossier, and those of requests whose files were stored under their own id alone."""
    return Files(folders=(str(person.dossier_id), *(str(one) for one in await _ids(session, person))))


async def _at_yousign(session: AsyncSession, person: Person) -> Sequence[Elsewhere]:
    """What Yousign keeps of the person's requests, known by its id there or by ours alone."""
    asked = select(signature_request.c.id).where(
        _requests(person), signature_request.c.provider == Provider.YOUSIGN.value
    )
    return [order_erasure(one) for one in await session.scalars(asked)]


HOLDINGS = Holdings(
    held=(
        Held(code, _of_requests(code)),
        Held(page_shown, _of_requests(page_shown)),
        Held(step, _of_requests(step)),
        Held(yousign_request, _of_requests(yousign_request)),
        Held(signature_request, _requests),
        places.HELD,
    ),
    besides=BESIDES | AUDIT | quotas.BESIDES,
    roots=lambda person: select(signature_request.c.id).where(_requests(person)).with_for_update(),
    others=_ids,
    files=_files,
    elsewhere=_at_yousign,
)
