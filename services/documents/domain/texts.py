"""The dated texts of the editions: what the law says is pinned in what is signed.

A text holds from its date of effect until the next one's. The CER takes those of its date de signature, the means of
appeal those of the day of the decision. Wording is ours; sources are the Code de l'action sociale et des familles
(CASF) L262-34 to L262-37, L262-47, R262-88, R262-89, and the Code du travail L5411-6.
"""

from dataclasses import dataclass
from datetime import date

from shared.kernel.errors import Refusal


class NoTextInForce(Refusal):
    """No text covers this date."""

    code = "no-text-in-force"
    title = "Aucun texte en vigueur"


@dataclass(frozen=True)
class LegalTexts:
    """Title and mentions of a CER. `{departement}` is replaced by the Département's name."""

    effect: date
    title: str
    mentions: tuple[str, ...]
    appeal: tuple[str, ...]


_TITLE = "Contrat d'engagements réciproques"

_ENGAGEMENTS = (
    "Ce document dit à quoi s'engagent l'un envers l'autre la personne nommée ci-dessous et le {departement}, "
    "représenté par la présidente ou le président du conseil départemental, ou par une personne qui a reçu "
    "délégation de signature."
)

_SUSPENSION = (
    "Le non-respect, sans motif légitime, des engagements pris par la personne peut entraîner la suspension de "
    "l'allocation de revenu de solidarité active (RSA), dans les conditions de l'article L262-37 du même code."
)

_APPEAL = (
    "Vous pouvez contester cette décision. Avant tout recours devant le tribunal administratif, la loi demande un "
    "recours administratif préalable : écrivez à la présidente ou au président du conseil départemental, dans les "
    "deux mois qui suivent la notification de la décision, en exposant vos raisons et en joignant une copie de ce "
    "document (articles L262-47 et R262-88 du Code de l'action sociale et des familles).",
    "Si votre recours est rejeté, ou s'il reste sans réponse pendant deux mois, vous avez de nouveau deux mois pour "
    "saisir le tribunal administratif. Une association peut agir en votre nom, avec un mandat écrit de votre part.",
)

TEXTS: tuple[LegalTexts, ...] = (
    LegalTexts(
        effect=date(2009, 6, 1),
        title=_TITLE,
        mentions=(
            f"{_ENGAGEMENTS} Il est conclu en application des articles L262-35 et L262-36 du Code de l'action sociale "
            "et des familles.",
            _SUSPENSION,
        ),
        appeal=_APPEAL,
    ),
    LegalTexts(
        effect=date(2025, 1, 1),
        title=_TITLE,
        mentions=(
            f"{_ENGAGEMENTS} Il est conclu en application des articles L262-35 et L262-36 du Code de l'action sociale "
            "et des familles ; la loi le nomme « contrat d'engagement » depuis le 1ᵉʳ janvier 2025 (article L5411-6 "
            "du Code du travail).",
            _SUSPENSION,
        ),
        appeal=_APPEAL,
    ),
)


def in_force(on: date) -> LegalTexts:
    """The texts that hold on this date.

    Raises NoTextInForce for a date before the RSA.
    """
    for texts in reversed(TEXTS):
        if texts.effect <= on:
            return texts
    raise NoTextInForce("Aucun texte n'est en vigueur à cette date : vérifiez la date de signature.")
