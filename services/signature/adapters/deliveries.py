"""Keeps the delivery receipts of SMS. They come when they like, so they touch no column that a command saves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.signature.adapters.tables import code, step
from services.signature.application.commands.addenda import order_addendum
from services.signature.application.ports import Awaited
from shared.sms.outcome import Delivery, Receipt, SmsStatus

_WAITING = (Delivery.PENDING.value, Delivery.ACCEPTED.value)
_FINAL = tuple(state.value for state in Delivery if state.final)


class Deliveries:
    """Implements the port of the same name, on one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep(self, receipt: Receipt, at: datetime) -> bool:
        known = (
            await self._session.execute(select(code.c.id, code.c.request_id, code.c.sequence).where(_is(receipt)))
        ).first()
        if known is None:
            return False
        # A receipt shows that the provider has the SMS, so it is sent; a final state is not undone by a late one.
        changed = await self._session.execute(
            update(code)
            .where(
                code.c.id == known.id,
                func.coalesce(code.c.delivery, "").not_in([receipt.state.value, *_FINAL]),
            )
            .values(
                delivery=receipt.state.value,
                delivery_at=at,
                status=case((code.c.status == SmsStatus.UNKNOWN.value, SmsStatus.SENT.value), else_=code.c.status),
                provider=func.coalesce(code.c.provider, receipt.provider),
                receipt=func.coalesce(code.c.receipt, receipt.id),
            )
            .returning(code.c.id)
        )
        if changed.first() is not None:
            said = {"sequence": known.sequence, "provider": receipt.provider, "said": receipt.said}
            detail = {**said, "state": receipt.state.value, "id": receipt.id or ""}
            row = {"request_id": known.request_id, "at": at, "verb": "sms_receipt", "agent": None, "detail": detail}
            kept = await self._session.scalar(insert(step).values(**row).returning(step.c.id))
            await order_addendum(self._session, known.request_id, f"step-{kept}")
        return True

    async def awaited(self, since: datetime, limit: int) -> list[Awaited]:
        query = select(code.c.provider, code.c.receipt).where(
            code.c.status == SmsStatus.SENT.value,
            code.c.receipt.is_not(None),
            code.c.provider.is_not(None),
            or_(code.c.delivery.is_(None), code.c.delivery.in_(_WAITING)),
            code.c.asked_at > since,
        )
        found = await self._session.execute(query.order_by(code.c.asked_at.desc()).limit(limit))
        return [Awaited(row.provider, row.receipt) for row in found]


def _is(receipt: Receipt) -> ColumnElement[bool]:
    """By the provider's id, or by ours where it gave that back; a code whose answer was lost has no provider yet."""
    ours = _uuid(receipt.reference)
    by_id = and_(code.c.provider == receipt.provider, code.c.receipt == receipt.id) if receipt.id else false()
    theirs = or_(code.c.provider.is_(None), code.c.provider == receipt.provider)
    return or_(by_id, and_(code.c.id == ours, theirs)) if ours else by_id


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
