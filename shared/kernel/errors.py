"""Named refusals. Each has a stable code for programs and a French sentence for the agent, with what to do.

HTTP gives them as RFC 9457 problem details, consumers as the reason of a parked event. A message never holds personal
data: it is shown, logged and traced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class FieldProblem:
    """One thing that is wrong or missing, with the path of its field (`objectives.0.theme`)."""

    field: str
    code: str
    message: str


class Refusal(Exception):  # noqa: N818 - "refusal" is the glossary's word
    """A request that the rules don't allow. Subclasses fix `code` (kebab-case, stable) and `title` (French)."""

    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "Demande refusée"
    status: ClassVar[int] = 409

    def __init__(
        self, detail: str, fields: Sequence[FieldProblem] = (), extensions: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = tuple(fields)
        # More members of the answer (RFC 9457 §3.2), for the agent alone: never logged, never parked.
        self.extensions = dict(extensions or {})


class Invalid(Refusal):
    """What was sent cannot be used as it is."""

    code = "invalid"
    title = "Saisie incorrecte"
    status = 422


class NotFound(Refusal):
    """No such thing, or none that this person may know of."""

    code = "not-found"
    title = "Introuvable"
    status = 404


class Forbidden(Refusal):
    """The role or the territory of this person does not allow it."""

    code = "forbidden"
    title = "Action non autorisée"
    status = 403


class RaceLost(Refusal):
    """Somebody else changed the same thing first; nothing was written."""

    code = "race-lost"
    title = "Modifié entre-temps"
    status = 412


class ImpossibleMove(Refusal):
    """The state of the thing does not allow this verb."""

    code = "impossible-move"
    title = "Impossible dans cet état"
