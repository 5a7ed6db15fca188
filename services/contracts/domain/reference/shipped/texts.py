"""The legal texts as shipped, in our own words.

Sources: Code de l'action sociale et des familles (CASF) L262-34 to L262-37, L262-39, L262-47, R262-88, R262-89; Code du
travail L5411-6, in force on 1 January 2025 (law of 18 December 2023 for full employment).
"""

from datetime import date

from services.contracts.domain.reference.shipped import SINCE
from services.contracts.domain.reference.texts import LegalText

_FULL_EMPLOYMENT = date(2025, 1, 1)

LEGAL_TEXTS: dict[LegalText, tuple[tuple[date, tuple[str, ...]], ...]] = {
    LegalText.CER_TITLE: (
        (SINCE, ("Contrat d'engagements réciproques",)),
        (_FULL_EMPLOYMENT, ("Contrat d'engagement",)),
    ),
    LegalText.CER_ENGAGEMENTS: (
        (
            SINCE,
            (
                "Ce document dit à quoi s'engagent l'un envers l'autre la personne nommée ci-dessous et le "
                "{departement}, représenté par la présidente ou le président du conseil départemental, ou par une "
                "personne qui a reçu délégation de signature.",
            ),
        ),
    ),
    LegalText.CER_ARTICLES: (
        (
            SINCE,
            (
                "Il est conclu en application des articles L262-35 et L262-36 du Code de l'action sociale et des "
                "familles.",
            ),
        ),
        (
            _FULL_EMPLOYMENT,
            (
                "Il est conclu en application des articles L262-34 à L262-36 du Code de l'action sociale et des "
                "familles. Depuis le 1ᵉʳ janvier 2025, la loi le nomme « contrat d'engagement » (article L5411-6 du "
                "Code du travail) ; il prend la suite du contrat d'engagements réciproques.",
            ),
        ),
    ),
    LegalText.CER_SUSPENSION: (
        (
            SINCE,
            (
                "Si la personne ne tient pas ses engagements, sans motif légitime, son allocation de revenu de "
                "solidarité active (RSA) peut être suspendue, en tout ou en partie, dans les conditions de l'article "
                "L262-37 du même code. Elle peut avant cela faire connaître ses observations.",
            ),
        ),
        (
            _FULL_EMPLOYMENT,
            (
                "Si la personne ne tient pas ses engagements, sans motif légitime, le versement de son revenu de "
                "solidarité active (RSA) peut être suspendu, en tout ou en partie, puis supprimé, dans les conditions "
                "de l'article L262-37 du même code. Elle en est avertie avant, et peut faire connaître ses "
                "observations ; ce qui a été suspendu peut lui être rendu quand elle reprend ses engagements.",
            ),
        ),
    ),
    LegalText.DECISION_APPEAL: (
        (
            SINCE,
            (
                "Vous pouvez contester cette décision. Avant tout recours devant le tribunal administratif, la loi "
                "demande un recours administratif préalable : écrivez à la présidente ou au président du conseil "
                "départemental, dans les deux mois qui suivent la notification de la décision, en exposant vos "
                "raisons et en joignant une copie de ce document (articles L262-47 et R262-88 du Code de l'action "
                "sociale et des familles).",
                "Si votre recours est rejeté, ou s'il reste sans réponse pendant deux mois, vous avez de nouveau deux "
                "mois pour saisir le tribunal administratif. Une association peut agir en votre nom, avec un mandat "
                "écrit de votre part.",
            ),
        ),
    ),
    LegalText.CONVOCATION_MENTION: (
        (
            SINCE,
            (
                "Ce rendez-vous fait partie de l'accompagnement auquel votre revenu de solidarité active (RSA) vous "
                "donne droit, et que vous vous êtes engagé à suivre. Si vous ne pouvez pas venir, prévenez-nous : un "
                "autre rendez-vous vous sera donné. Une absence sans motif légitime peut conduire à la suspension de "
                "votre allocation (article L262-37 du Code de l'action sociale et des familles).",
            ),
        ),
    ),
}
