"""In what order submitted CERs wait: refused by the person first, then by priority, then the oldest."""

# The ranks of the list that is shipped: for a submission told before events carried the rank of the admin's list.
RANKS: dict[str, int] = {
    "urgente": 10,
    "suspension_en_cours": 20,
    "retablissement_droits": 30,
    "situation_sensible": 40,
    "normale": 100,
}
# A code that is not in the list as shipped was chosen because the CER is not ordinary.
UNKNOWN = 50


def rank_of(priority: str, told: int | None) -> int:
    """The rank that contracts told with the submission, if it did; smaller is sooner."""
    return RANKS.get(priority, UNKNOWN) if told is None else told


def accord_rank(accord: str) -> int:
    """A CER that the person does not agree with is seen before all others."""
    return 0 if accord == "non" else 1
