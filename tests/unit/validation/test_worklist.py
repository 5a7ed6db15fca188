"""The order in which submitted CERs wait."""

from services.validation.domain.submission import Submission
from services.validation.domain.worklist import accord_rank, rank_of
from shared.events.contracts import CerSubmitted
from tests.builders.events import sample


def rank(priority: str) -> int:
    return rank_of(priority, None)


def test_priorities_in_the_order_of_the_list_with_unknown_ones_before_the_ordinary() -> None:
    codes = ["normale", "ajoutee_par_l_admin", "situation_sensible", "retablissement_droits", "urgente"]
    assert sorted(codes, key=rank) == list(reversed(codes))
    assert rank("urgente") < rank("suspension_en_cours") < rank("retablissement_droits")


def test_the_rank_that_contracts_tells_counts_before_that_of_the_shipped_list() -> None:
    told = [Submission.of(sample(CerSubmitted, priority="normale", priority_rank=rank)) for rank in (3, None)]

    assert [one.priority_rank for one in told] == [3, 100]


def test_a_refused_accord_comes_first() -> None:
    assert accord_rank("non") < accord_rank("oui")
