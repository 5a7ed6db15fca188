"""Where the signature by SMS of a CER stands, seen from contracts: a small machine beside the CER's own.

Source: the guide, "Signature sms". Each preparation is an attempt with its own number; what comes for an older number,
or for an attempt that already ended, changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.kernel.errors import ImpossibleMove


class SigningState(StrEnum):
    """Sub-state of a proposition."""

    NONE = "none"
    PREPARING = "preparing"
    OPEN = "open"
    SIGNED = "signed"


class SigningVerb(StrEnum):
    """What moves the sub-state."""

    PREPARE = "prepare"
    OPEN = "open"
    COMPLETE = "complete"
    END = "end"
    VOID = "void"


SIGNING: dict[tuple[SigningState, SigningVerb], SigningState] = {
    (SigningState.NONE, SigningVerb.PREPARE): SigningState.PREPARING,
    (SigningState.PREPARING, SigningVerb.OPEN): SigningState.OPEN,
    (SigningState.PREPARING, SigningVerb.END): SigningState.NONE,
    (SigningState.OPEN, SigningVerb.COMPLETE): SigningState.SIGNED,
    (SigningState.OPEN, SigningVerb.END): SigningState.NONE,
    (SigningState.SIGNED, SigningVerb.VOID): SigningState.NONE,
}

_REFUSALS: dict[SigningState, str] = {
    SigningState.NONE: "Aucune signature n'est en cours pour ce CER.",
    SigningState.PREPARING: "La signature est en préparation : attendez qu'elle s'ouvre, ou annulez-la.",
    SigningState.OPEN: "Une signature est ouverte : menez-la à son terme, ou annulez-la.",
    SigningState.SIGNED: "Ce CER est déjà signé : rouvrez-le, en donnant le motif, pour le modifier ou le resigner.",
}


@dataclass(frozen=True)
class Signing:
    """The sub-state, the number of attempts so far, and when the present one is given up (UTC).

    `ending` says how the last attempt ended when it was not signed: `refused`, `expired`, `cancelled`, `deadline`,
    `reopened`, or the code of a failure.
    """

    state: SigningState = SigningState.NONE
    attempt: int = 0
    deadline: datetime | None = None
    ending: str | None = None

    @property
    def under_way(self) -> bool:
        """The edition is being made or the person is about to sign: the CER is frozen, so is the contact data."""
        return self.state in {SigningState.PREPARING, SigningState.OPEN}

    @property
    def frozen(self) -> bool:
        """Nothing that the edition shows may change."""
        return self.state is not SigningState.NONE

    def prepare(self, deadline: datetime) -> "Signing":
        """A new attempt. Raises ImpossibleMove."""
        return Signing(self._after(SigningVerb.PREPARE), self.attempt + 1, deadline)

    def open(self, deadline: datetime) -> "Signing":
        """The edition can be read and signed. Raises ImpossibleMove."""
        return replace(self, state=self._after(SigningVerb.OPEN), deadline=deadline)

    def complete(self) -> "Signing":
        """The person signed. Raises ImpossibleMove."""
        return replace(self, state=self._after(SigningVerb.COMPLETE), deadline=None)

    def end(self, ending: str) -> "Signing":
        """The attempt ended without a signature. Raises ImpossibleMove."""
        return replace(self, state=self._after(SigningVerb.END), deadline=None, ending=ending)

    def void(self) -> "Signing":
        """The signature counts no more. Raises ImpossibleMove."""
        return replace(self, state=self._after(SigningVerb.VOID), ending="reopened")

    def is_over(self, attempt: int) -> bool:
        """Whether what comes for this attempt comes too late: superseded, or ended without a signature.

        Raises ImpossibleMove for an attempt that was never begun.
        """
        if attempt > self.attempt:
            raise ImpossibleMove(f"La tentative de signature {attempt} n'existe pas ; la dernière est {self.attempt}.")
        return attempt < self.attempt or self.state is SigningState.NONE

    def _after(self, verb: SigningVerb) -> SigningState:
        try:
            return SIGNING[self.state, verb]
        except KeyError:
            raise ImpossibleMove(_REFUSALS[self.state]) from None
