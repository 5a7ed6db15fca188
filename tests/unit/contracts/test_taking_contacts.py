"""Where the numbers of a line go: a mobile first, a landline beside it, what has no place told."""

from datetime import UTC, datetime

import pytest

from services.contracts.domain.dossiers.contact import Contact, Telephone
from services.contracts.domain.imports.lines import Line, Rules
from services.contracts.domain.imports.people import Taking
from tests.builders import contracts as a

M1, M2 = (Telephone(f"+3363998000{n}", mobile=True) for n in (1, 2))
F1, F2, F3 = (Telephone(f"+3346571000{n}", mobile=False) for n in (1, 2, 3))
RULES = Rules("import:essai", datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("before", "said", "after", "told"),
    [
        ((None, None), (F1, M1), (M1, F1), []),
        ((None, None), (F1, F2), (F1, F2), []),
        ((M1, None), (F1,), (M1, F1), []),
        ((M1, F1), (F2,), (M1, F2), []),
        ((M1, F1), (M2,), (M2, F1), []),
        ((F1, None), (M1, F2), (M1, F2), []),
        ((F1, None), (M1,), (M1, F1), []),
        ((F1, F2), (F2,), (F1, F2), []),
        ((F1, None), (F1,), (F1, None), []),
        ((None, None), (M1, M2), (M1, None), ["number-left-out"]),
        ((M1, None), (F1, F2), (M1, F1), ["number-left-out"]),
        ((M1, None), (), (M1, None), []),
    ],
)
def test_no_number_is_lost_and_no_landline_takes_the_place_of_a_mobile(
    before: tuple[Telephone | None, Telephone | None],
    said: tuple[Telephone, ...],
    after: tuple[Telephone | None, Telephone | None],
    told: list[str],
) -> None:
    dossier = a.dossier(contact=Contact(telephone=before[0], fixe=before[1]))
    line = Line(2, {"matricule": dossier.household.matricule} | ({"telephones": said} if said else {}))

    outcome = Taking(RULES, a.NOW).named(line, dossier)

    assert (dossier.contact.telephone, dossier.contact.fixe) == after
    assert [one.code for one in outcome.kept] == told
    assert outcome.kind == ("unchanged" if before == after else "changed")
