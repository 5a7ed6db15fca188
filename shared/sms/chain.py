"""Providers in their order: the next is asked only when the one before surely did not take the SMS."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import SecretStr

from shared.kernel.clock import Clock
from shared.sms.gateway import Provider
from shared.sms.outcome import Receipt, SmsFault, SmsOutcome, SmsStatus
from shared.telemetry.logs import get_logger
from shared.telemetry.metrics import SMS

log = get_logger(__name__)


class SmsChain:
    """Implements `SmsGateway`. A provider that asked to be left alone is not asked again before its time."""

    def __init__(self, providers: Sequence[Provider], clock: Clock) -> None:
        self._providers = {provider.name: provider for provider in providers}
        self._clock = clock
        self._held: dict[str, datetime] = {}

    async def send(self, to: str, text: SecretStr, reference: str) -> SmsOutcome:
        outcome = SmsOutcome(SmsStatus.FAILED, fault=SmsFault.UNAVAILABLE)
        for provider in self._providers.values():
            outcome = replace(await self._one(provider, to, text, reference), provider=provider.name)
            # The number is wrong whoever sends; what may have left is not sent a second time.
            if outcome.status is not SmsStatus.FAILED or outcome.fault is SmsFault.NUMBER:
                break
        return outcome

    async def receipt(self, provider: str, receipt: str) -> Receipt | None:
        known = self._providers.get(provider)
        return await known.receipt(receipt) if known is not None else None

    def told(self, provider: str, fields: Mapping[str, str]) -> Receipt | None:
        known = self._providers.get(provider)
        return known.told(fields) if known is not None else None

    async def close(self) -> None:
        """Closes every provider."""
        for provider in self._providers.values():
            await provider.close()

    async def _one(self, provider: Provider, to: str, text: SecretStr, reference: str) -> SmsOutcome:
        now = self._clock.now()
        wait = self._held.get(provider.name, now) - now
        if wait > timedelta(0):
            outcome = SmsOutcome(SmsStatus.FAILED, fault=SmsFault.RATE_LIMITED, retry_after=wait)
        else:
            outcome = await provider.send(to, text, reference)
            if outcome.retry_after is not None:
                self._held[provider.name] = self._clock.now() + outcome.retry_after
        fault = outcome.fault.value if outcome.fault else ""
        SMS.labels(provider.name, outcome.status.value, fault).inc()
        if outcome.status is not SmsStatus.SENT:
            log.warning(
                "sms.not_confirmed",
                provider=provider.name,
                status=outcome.status.value,
                fault=fault,
                reference=reference,
            )
        return outcome
