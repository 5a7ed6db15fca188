"""French lists of names."""

import random

import pytest

from services.documents.domain.collation import french


@pytest.mark.parametrize(
    "ordered",
    [
        ["cote", "côte", "coté", "côté"],
        ["Étienne", "Eve", "Ève", "Evrard", "Fabre"],
        ["Oedipe", "Œuf", "Ofer"],
        ["Benoist", "benoit", "Benoît", "Benoit-Martin", "Benoîte"],
        ["Ławski", "Lazare", "Ñuñez", "Nuttin", "Þors", "Tibère"],
    ],
)
def test_names_stand_as_in_a_french_list(ordered: list[str]) -> None:
    assert sorted(random.Random(1).sample(ordered, len(ordered)), key=french) == ordered


def test_spaces_hyphens_and_apostrophes_are_alike_and_stand_before_letters() -> None:
    names = ["Delatour", "De La Tour", "De-La-Tour", "D'Alembert", "Dalembert"]
    assert sorted(names, key=french) == ["D'Alembert", "Dalembert", "De La Tour", "De-La-Tour", "Delatour"]
