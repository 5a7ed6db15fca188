"""Where providers bring delivery receipts: one address for each, with a key, the same way for every service."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shared.kernel.errors import NotFound, Refusal
from shared.sms.gateway import SmsGateway
from shared.sms.outcome import Receipt
from shared.telemetry.metrics import SMS_RECEIPTS


class ReceiptUnknown(NotFound):
    """A receipt of no SMS of ours; or of one whose sending is being written down: the provider tries again."""

    code = "receipt-unknown"
    title = "Accusé d'aucun SMS connu"


class ReceiptUnreadable(Refusal):
    """It does not say of which SMS it is, or what became of it."""

    code = "receipt-unreadable"
    title = "Accusé illisible"
    status = 422


@dataclass(frozen=True)
class ReceiptDoor:
    """What takes receipts in. `secret` makes the keys of addresses; `keep` is False for an SMS that is not known."""

    secret: bytes
    sms: SmsGateway
    keep: Callable[[Receipt], Awaitable[bool]]

    async def take(self, provider: str, key: str, fields: dict[str, str]) -> None:
        """Keeps a receipt, however often it is brought. Raises NotFound, ReceiptUnreadable, ReceiptUnknown."""
        if not hmac.compare_digest(key.encode(), receipts_key(self.secret, provider).encode()):
            raise NotFound("Cette adresse n'existe pas : reprenez celle que dit la commande « receipts-address ».")
        receipt = self.sms.told(provider, fields)
        if receipt is None:
            raise ReceiptUnreadable(
                "Il manque à cet accusé l'identifiant du SMS ou son état : voyez la description du fournisseur."
            )
        if not await self.keep(receipt):
            raise ReceiptUnknown("Aucun SMS connu de ce service n'a cet identifiant : renvoyez l'accusé plus tard.")


def receipts_key(secret: bytes, provider: str) -> str:
    """What the address of a provider's receipts bears, so that nobody else brings any."""
    return hmac.digest(secret, f"receipts|{provider}".encode(), "sha256").hex()[:32]


def receipts_path(secret: bytes, provider: str) -> str:
    """The path and query that are given to a provider."""
    return f"/sms/receipts/{provider}?key={receipts_key(secret, provider)}"


def counted(receipt: Receipt, *, known: bool) -> bool:
    """Counts a receipt that was brought or asked for; gives back whether it is of an SMS of ours."""
    SMS_RECEIPTS.labels(receipt.provider, receipt.state.value if known else "stray").inc()
    return known
