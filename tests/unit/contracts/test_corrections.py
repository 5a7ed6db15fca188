"""What counts as an agent's correction, read from the changes of a dossier."""

from datetime import date

import pytest

from services.contracts.domain.dossiers.corrections import corrected, key_of_file
from services.contracts.domain.dossiers.history import FLOW, Change
from services.contracts.domain.moves import Act
from tests.builders import contracts as a

AT = a.act().at


def change(field: str, before: object, after: object, by: str) -> Change:
    return Change(field, before, after, Act(by, AT))


@pytest.mark.parametrize("by", [FLOW, "import:tableur", "service:signature"])
def test_what_a_file_changed_after_an_agent_is_no_correction(by: str) -> None:
    agent = change("nom_usage", None, "UN", "agent-1")

    assert corrected([agent]) == {"nom_usage": None}
    assert corrected([agent, change("nom_usage", "UN", "DEUX", by)]) == {}
    assert corrected([change("mail", None, "x@example.org", "agent-1")]) == {}


def test_the_flow_knows_a_person_by_what_stood_before_the_first_of_several_corrections() -> None:
    kept = corrected(
        [
            change("nom_naissance", "PREMIER", "SECOND", "agent-1"),
            change("date_naissance", "1990-01-02", "1990-04-05", "agent-1"),
            change("nom_naissance", "SECOND", "TROISIEME", "agent-2"),
        ]
    )

    key = key_of_file(a.person(nom_naissance="TROISIEME"), kept)

    assert (key.nom_naissance, key.date_naissance) == ("PREMIER", date(1990, 1, 2))
    assert key.prenom == a.person().key.prenom
