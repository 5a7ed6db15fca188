"""The order in which submitted CERs wait."""

from services.validation.domain.worklist import accord_rank, priority_rank


def test_priorities_in_the_order_of_the_list_with_unknown_ones_before_the_ordinary() -> None:
    codes = ["normale", "ajoutee_par_l_admin", "situation_sensible", "retablissement_droits", "urgente"]
    assert sorted(codes, key=priority_rank) == list(reversed(codes))
    assert priority_rank("urgente") < priority_rank("suspension_en_cours") < priority_rank("retablissement_droits")


def test_a_refused_accord_comes_first() -> None:
    assert accord_rank("non") < accord_rank("oui")
