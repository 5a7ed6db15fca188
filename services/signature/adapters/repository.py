"""Loads and saves signature requests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, RowMapping, Select, Update, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.signature.adapters.rows import changing, code_row, page_of, request_of, request_row, step_of, step_row
from services.signature.adapters.tables import code, page_shown, signature_request, step
from services.signature.domain import rules
from services.signature.domain.evidence import PageLook, PageShown
from services.signature.domain.link import LinkDead
from services.signature.domain.model import SignatureRequest
from services.signature.domain.states import State, Verb
from services.signature.domain.values import Provider, Step
from shared.audit.witness import shown
from shared.events.sealed import Sealer
from shared.kernel.errors import NotFound, RaceLost

_OPEN = (State.OPENED.value, State.READ.value, State.CODE_SENT.value)


class Requests:
    """Implements the port of the same name, on one session."""

    def __init__(self, session: AsyncSession, sealer: Sealer) -> None:
        self._session = session
        self._sealer = sealer

    async def get(self, request_id: UUID) -> SignatureRequest:
        return await self._one(select(signature_request).where(signature_request.c.id == request_id).with_for_update())

    async def read(self, request_id: UUID) -> SignatureRequest:
        return await self._one(select(signature_request).where(signature_request.c.id == request_id))

    async def read_of_cer(self, cer_id: UUID) -> list[SignatureRequest]:
        return await self._many(_of_cer(cer_id))

    async def of_cer(self, cer_id: UUID) -> list[SignatureRequest]:
        return await self._many(_of_cer(cer_id).with_for_update())

    async def due(self, now: datetime, limit: int) -> list[SignatureRequest]:
        query = select(signature_request).where(
            signature_request.c.state.in_(_OPEN),
            signature_request.c.expires_at <= now,
            signature_request.c.provider == Provider.OWN.value,
        )
        query = query.order_by(signature_request.c.expires_at).limit(limit)
        return await self._many(query.with_for_update(skip_locked=True))

    async def add(self, request: SignatureRequest) -> None:
        request.version = 1
        row = request_row(request, self._sealer)
        await self._session.execute(insert(signature_request).values(**row, version=1, tries=0))
        await self._save_parts(request)

    async def save(self, request: SignatureRequest) -> None:
        written = await self._session.execute(
            update(signature_request)
            .where(signature_request.c.id == request.id, signature_request.c.version == request.version)
            .values(**request_row(request, self._sealer), version=request.version + 1)
            .returning(signature_request.c.version)
        )
        version = written.scalar_one_or_none()
        if version is None:
            raise RaceLost("La demande de signature a changé entre-temps : rechargez-la, puis recommencez.")
        request.version = version
        await self._save_parts(request)

    async def count_try(self, request_id: UUID, taken: Step) -> int | None:
        counted = await self._session.execute(
            update(signature_request)
            .where(signature_request.c.id == request_id, signature_request.c.tries < rules.MAX_TRIES)
            .values(tries=signature_request.c.tries + 1, version=signature_request.c.version + 1)
            .returning(signature_request.c.tries)
        )
        tries: int | None = counted.scalar_one_or_none()
        if tries is not None:
            await self._save_steps(request_id, [taken])
        return tries

    async def record_page(self, request_id: UUID, look: PageLook) -> None:
        await self._session.execute(_shown_until(request_id, look))
        served = {"last_at": look.at, "address": look.origin.address, "device": look.origin.device}
        first = upsert(page_shown).values(
            request_id=request_id, agent=look.agent, page=look.page, first_at=look.at, times=1, **served
        )
        key = ["request_id", "agent", "page"]
        await self._session.execute(
            first.on_conflict_do_update(index_elements=key, set_={"times": page_shown.c.times + 1, **served})
        )

    async def of_token(self, hashed: str) -> SignatureRequest:
        found = await self._session.scalar(
            select(code.c.request_id).where(or_(code.c.link_hash == hashed, code.c.session_hash == hashed))
        )
        if found is None:
            raise LinkDead
        return await self.get(found)

    async def spent(self, before: datetime, limit: int) -> list[SignatureRequest]:
        newer = select(step.c.id).where(
            step.c.request_id == signature_request.c.id, step.c.verb == Verb.TRY_CODE.value, step.c.at > before
        )
        query = select(signature_request).where(
            signature_request.c.state == State.CODE_SENT.value,
            signature_request.c.tries >= rules.MAX_TRIES,
            ~newer.exists(),
        )
        return await self._many(query.limit(limit).with_for_update(skip_locked=True))

    async def pages_shown(self, request_id: UUID) -> list[PageShown]:
        query = select(page_shown).where(page_shown.c.request_id == request_id)
        found = await self._session.execute(query.order_by(page_shown.c.page, page_shown.c.first_at))
        return [page_of(row) for row in found.mappings()]

    async def history(self, request_id: UUID) -> list[Step]:
        query = select(step).where(step.c.request_id == request_id).order_by(step.c.id)
        found = await self._session.execute(query)
        return [step_of(row) for row in found.mappings()]

    async def _one(self, query: Select[Any]) -> SignatureRequest:
        found = await self._many(query)
        if not found:
            raise NotFound("Aucune demande de signature ne porte cet identifiant : revenez au CER.")
        return found[0]

    async def _many(self, query: Select[Any]) -> list[SignatureRequest]:
        rows = (await self._session.execute(query)).mappings().all()
        ids = [row["id"] for row in rows]
        codes = await self._parts(select(code).where(code.c.request_id.in_(ids)).order_by(code.c.sequence), ids)
        pages = await self._parts(select(page_shown).where(page_shown.c.request_id.in_(ids)), ids)
        requests = [
            request_of(
                row,
                [found for found in codes if found["request_id"] == row["id"]],
                [found for found in pages if found["request_id"] == row["id"]],
            )
            for row in rows
        ]
        shown(*requests)
        return requests

    async def _parts(self, query: Select[Any], ids: list[UUID]) -> Sequence[RowMapping]:
        return (await self._session.execute(query)).mappings().all() if ids else ()

    async def _save_parts(self, request: SignatureRequest) -> None:
        for made in request.codes:
            written = upsert(code).values(**code_row(request.id, made))
            await self._session.execute(written.on_conflict_do_update(index_elements=["id"], set_=changing(made)))
        await self._save_steps(request.id, request.steps)
        request.steps.clear()

    async def _save_steps(self, request_id: UUID, steps: Sequence[Step]) -> None:
        for taken in steps:
            await self._session.execute(insert(step).values(**step_row(request_id, taken)))


def _shown_until(request_id: UUID, look: PageLook) -> Update:
    """The page that the agent was served last was shown until now."""
    theirs = (page_shown.c.request_id == request_id, page_shown.c.agent == look.agent)
    last = select(func.max(page_shown.c.last_at)).where(*theirs).scalar_subquery()
    elapsed = func.extract("epoch", literal(look.at, DateTime(timezone=True)) - page_shown.c.last_at)
    return (
        update(page_shown)
        .where(*theirs, page_shown.c.last_at == last)
        .values(looked_ms=page_shown.c.looked_ms + func.greatest(func.round(elapsed * 1000), 0))
    )


def _of_cer(cer_id: UUID) -> Select[Any]:
    query = select(signature_request).where(signature_request.c.cer_id == cer_id)
    return query.order_by(signature_request.c.attempt.desc())
