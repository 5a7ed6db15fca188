"""The model follows from the CER: the whole table, model by model."""

import pytest

from services.documents.domain.choosing import WrongModel, check_model, fitting
from services.documents.domain.edition import EditionKind

SANS, VALIDE, NON_VALIDE, LETTER = (
    EditionKind.CER_SANS_DECISION,
    EditionKind.CER_DECISION_VALIDE,
    EditionKind.CER_DECISION_NON_VALIDE,
    EditionKind.NOTIFICATION_DECISION,
)

FITS: list[tuple[list[EditionKind], set[EditionKind]]] = [
    ([], {SANS}),
    ([SANS], {SANS}),
    ([SANS, VALIDE, LETTER], {VALIDE, LETTER}),
    ([VALIDE, SANS], {VALIDE, LETTER}),
    ([SANS, NON_VALIDE], {NON_VALIDE, LETTER}),
]


@pytest.mark.parametrize(("made", "fits"), FITS)
@pytest.mark.parametrize("kind", EditionKind)
def test_only_the_model_that_fits_is_given(kind: EditionKind, made: list[EditionKind], fits: set[EditionKind]) -> None:
    assert fitting(made) == fits
    if kind in fits:
        check_model(kind, made)
    else:
        with pytest.raises(WrongModel):
            check_model(kind, made)


def test_the_refusal_says_why_and_which_model_fits() -> None:
    with pytest.raises(WrongModel, match="Ce CER est validé : le modèle qui convient est « CER décision valide »"):
        check_model(SANS, [SANS, VALIDE])
    with pytest.raises(WrongModel, match="Aucune décision n'est prise"):
        check_model(VALIDE, [SANS])
    with pytest.raises(WrongModel, match="« CER vierge » ne se fait pas à partir d'un CER"):
        check_model(EditionKind.CER_VIERGE, [])
