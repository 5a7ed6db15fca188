"""Named refusals of routing."""

from collections.abc import Sequence

from shared.kernel.errors import FieldProblem, Invalid, NotFound, Refusal


class UnknownRule(NotFound):
    """No rule of the book has this id."""

    code = "unknown-rule"
    title = "Règle introuvable"


class UnknownCodes(Invalid):
    """Rules and delegations name only codes that the Département keeps: others would mean no CER, unnoticed."""

    code = "unknown-codes"
    title = "Code inconnu"

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__("Des codes ne sont pas de ceux que le Département emploie : corrigez-les.", problems)


class RuleIncoherent(Invalid):
    """Its end before its start, or a kind of commission for the chef de service."""

    code = "rule-incoherent"
    title = "Règle incohérente"


class RulesNotTheSame(Invalid):
    """An order names each rule once."""

    code = "rules-not-the-same"
    title = "Ordre incomplet"

    def __init__(self) -> None:
        detail = "L'ordre doit nommer chaque règle de la liste une seule fois : rechargez-la."
        super().__init__(detail, [FieldProblem("rule_ids", "not-the-same", detail)])


class RefusedTogether(Refusal):
    """All or nothing was asked, and something was refused: nothing was done."""

    code = "refused-together"
    title = "Aucune étude traitée"

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__(
            "Rien n'a été enregistré, car une partie des études ne peut pas être traitée. Retirez celles qui sont "
            "signalées, ou demandez que chacune ait son propre résultat.",
            problems,
        )
