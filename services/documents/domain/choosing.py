"""Which model fits a CER: it follows from what became of it, and no other can be asked for.

The guide says that nothing stops a person from using the wrong model; here nothing makes it. What was made before
stays, and says what it is.
"""

from collections.abc import Sequence

from services.documents.domain.edition import OF_A_CER, EditionKind
from services.documents.domain.labels import KINDS
from shared.kernel.errors import Refusal

_OUTCOMES = {
    EditionKind.CER_DECISION_VALIDE: "Ce CER est validé",
    EditionKind.CER_DECISION_NON_VALIDE: "Ce CER n'est pas validé",
}


class WrongModel(Refusal):
    """The model that was asked for does not fit what became of the CER."""

    code = "edition-wrong-model"
    title = "Ce modèle ne convient pas à l'état du CER"


def fitting(made: Sequence[EditionKind]) -> frozenset[EditionKind]:
    """The models that fit a CER of which these editions exist: once it is decided, those of the decision."""
    outcome = _outcome(made)
    if outcome is None:
        return frozenset({EditionKind.CER_SANS_DECISION})
    return frozenset({outcome, EditionKind.NOTIFICATION_DECISION})


def check_model(kind: EditionKind, made: Sequence[EditionKind]) -> None:
    """Raises WrongModel, with the reason and the model that fits."""
    if kind not in OF_A_CER:
        raise WrongModel(f"Le modèle « {KINDS[kind]} » ne se fait pas à partir d'un CER.")
    if kind in fitting(made):
        return
    outcome = _outcome(made)
    reason = _OUTCOMES[outcome] if outcome else "Aucune décision n'est prise sur ce CER"
    fits = outcome or EditionKind.CER_SANS_DECISION
    raise WrongModel(
        f"{reason} : le modèle qui convient est « {KINDS[fits]} », et non « {KINDS[kind]} ». "
        "Les éditions déjà faites restent à télécharger dans la liste du CER."
    )


def _outcome(made: Sequence[EditionKind]) -> EditionKind | None:
    return next((kind for kind in made if kind in _OUTCOMES), None)
