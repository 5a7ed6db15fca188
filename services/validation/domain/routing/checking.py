"""What a rule may hold: codes that are known, a kind that can be asked, days in their order."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.validation.domain.lists import KeptList, usable_kind
from services.validation.domain.routing.model import Rule
from services.validation.domain.routing.rules import RuleIncoherent, UnknownCodes
from services.validation.domain.values import Path
from shared.kernel.errors import FieldProblem

ACCORDS = frozenset({"oui", "non"})


@dataclass(frozen=True)
class Known:
    """The codes that the Département has, whether they can still be chosen or not: older CERs hold them."""

    natures: frozenset[str]
    territories: frozenset[str]
    priorities: frozenset[str]
    requests: frozenset[str]
    kinds: KeptList


def checked(rule: Rule, known: Known, today: date) -> Rule:
    """The rule. Raises UnknownCodes, RuleIncoherent, UnknownCommissionKind, CommissionKindNotUsable."""
    if problems := list(_unknown(rule, known)):
        raise UnknownCodes(problems)
    if rule.usable_until is not None and rule.usable_until < rule.usable_from:
        raise _incoherent("usable_until", "La règle finit avant de commencer : corrigez l'une des deux dates.")
    if rule.route.path is Path.CHEF_DE_SERVICE and rule.route.kind is not None:
        raise _incoherent("kind", "Une règle vers le chef de service ne nomme pas de type de commission.")
    if rule.route.path is Path.COMMISSION:
        if rule.route.kind is None:
            raise _incoherent("kind", "Choisissez le type de commission que la règle propose.")
        usable_kind(known.kinds, rule.route.kind, max(today, rule.usable_from))
    return rule


def _unknown(rule: Rule, known: Known) -> Iterator[FieldProblem]:
    conditions = rule.conditions
    for name, codes, kept in (
        ("natures", conditions.natures, known.natures),
        ("territories", conditions.territories, known.territories),
        ("priorities", conditions.priorities, known.priorities),
        ("requests", conditions.requests, known.requests),
        ("accords", conditions.accords, ACCORDS),
    ):
        yield from unknown_codes(f"conditions.{name}", codes, kept)


def unknown_codes(field: str, codes: Sequence[str], kept: Collection[str]) -> Iterator[FieldProblem]:
    """A problem for each of these codes that is not kept, with those that are."""
    possible = f"Code inconnu. Possibles : {', '.join(f'« {one} »' for one in sorted(kept))}."
    for place, code in enumerate(codes):
        if code not in kept:
            yield FieldProblem(f"{field}.{place}", "unknown-code", possible)


def _incoherent(field: str, detail: str) -> RuleIncoherent:
    return RuleIncoherent(detail, [FieldProblem(field, "incoherent", detail)])
