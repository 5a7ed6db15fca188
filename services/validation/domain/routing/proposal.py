"""What is proposed for a CER that waits to be routed, and why. The agent decides."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.validation.domain.lists import KeptList
from services.validation.domain.routing.model import Case, Route, Rule, RuleBook
from services.validation.domain.values import Path

# The request for a commission that names no kind (guide, "Commentaire").
ANY_COMMISSION = "commission"


@dataclass(frozen=True)
class Proposal:
    """Where to, the reason in French, and the rule that says so, if one does."""

    route: Route
    reason: str
    rule_id: UUID | None = None


@dataclass(frozen=True)
class Advice:
    """All that proposals of a day follow from."""

    book: RuleBook
    kinds: KeptList
    requests: KeptList
    on: date

    def proposal(self, case: Case) -> Proposal:
        """The first rule that is met; without one, what the référent asks for; else the chef de service."""
        for number, rule in enumerate(self.book.rules, 1):
            if self._counts(rule) and rule.conditions.met(case):
                return Proposal(rule.route, f"Règle n° {number} : {rule.label}", rule.id)
        for code in case.requests:
            if self.kinds.usable(code, self.on):
                return Proposal(Route(Path.COMMISSION, code), self._asked(code))
        if ANY_COMMISSION in case.requests:
            reason = f"{self._asked(ANY_COMMISSION)} ; type à choisir"
            return Proposal(Route(Path.COMMISSION), reason)
        return Proposal(Route(Path.CHEF_DE_SERVICE), "Ni règle ni demande de commission : décision du chef de service")

    def _counts(self, rule: Rule) -> bool:
        """A rule towards a kind that is out of use proposes nothing."""
        kind = rule.route.kind
        return rule.usable(self.on) and (kind is None or self.kinds.usable(kind, self.on))

    def _asked(self, code: str) -> str:
        return f"Demande du référent : {self.requests.label(code, self.on)}"
