"""The book of routing rules: in their order, each in use between two days; a change makes its next version."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from services.validation.domain.routing.rules import RulesNotTheSame, UnknownRule
from services.validation.domain.values import Path


@dataclass(frozen=True)
class Route:
    """Where to: the chef de service, or a commission; `kind` is none where it is still to be chosen."""

    path: Path
    kind: str | None = None


@dataclass(frozen=True)
class Case:
    """What of a submission a rule can look at."""

    nature: str
    territory: str
    priority: str
    requests: tuple[str, ...]
    accord: str


@dataclass(frozen=True)
class Conditions:
    """All that are given have to be met; of one of them, any value will do. None at all: every CER meets them."""

    natures: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    accords: tuple[str, ...] = ()

    def met(self, case: Case) -> bool:
        """Whether this submission meets them."""
        asked = (
            (self.natures, {case.nature}),
            (self.territories, {case.territory}),
            (self.priorities, {case.priority}),
            (self.requests, set(case.requests)),
            (self.accords, {case.accord}),
        )
        return all(not wanted or set(wanted) & held for wanted, held in asked)


@dataclass(frozen=True)
class Rule:
    """One line of the book. `usable_from` and `usable_until` are legal dates, both included."""

    id: UUID
    label: str
    conditions: Conditions
    route: Route
    usable_from: date
    usable_until: date | None = None

    def usable(self, on: date) -> bool:
        """Whether it counts that day."""
        return self.usable_from <= on and (self.usable_until is None or on <= self.usable_until)


@dataclass(frozen=True)
class RuleBook:
    """The aggregate, as a value: each change gives the book of the next version. The first rule that is met counts."""

    rules: tuple[Rule, ...] = ()
    version: int = 0
    _by_id: dict[UUID, Rule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {rule.id: rule for rule in self.rules})

    def added(self, rule: Rule) -> "RuleBook":
        """With this rule at the end."""
        return self._next((*self.rules, rule))

    def changed(self, rule: Rule) -> "RuleBook":
        """With this rule in the place of the one that has its id. Raises UnknownRule."""
        self._get(rule.id)
        return self._next(tuple(rule if one.id == rule.id else one for one in self.rules))

    def removed(self, rule_id: UUID) -> "RuleBook":
        """Without this rule; former versions of the book keep it. Raises UnknownRule."""
        gone = self._get(rule_id)
        return self._next(tuple(one for one in self.rules if one is not gone))

    def reordered(self, rule_ids: Sequence[UUID]) -> "RuleBook":
        """The rules in this order, which names each of them once. Raises RulesNotTheSame."""
        if sorted(rule_ids) != sorted(self._by_id):
            raise RulesNotTheSame
        return self._next(tuple(self._by_id[rule_id] for rule_id in rule_ids))

    def _get(self, rule_id: UUID) -> Rule:
        found = self._by_id.get(rule_id)
        if found is None:
            raise UnknownRule("Cette règle n'est plus dans la liste : rechargez-la.")
        return found

    def _next(self, rules: tuple[Rule, ...]) -> "RuleBook":
        return replace(self, rules=rules, version=self.version + 1)
