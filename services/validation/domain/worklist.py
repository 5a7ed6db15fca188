"""In what order submitted CERs wait: refused by the person first, then by priority, then the oldest."""

# The list that is shipped, most pressing first. A code added by the admin and unknown here stands before `normale`:
# somebody chose it because the CER is not ordinary.
PRIORITIES: tuple[str, ...] = ("urgente", "suspension_en_cours", "retablissement_droits", "situation_sensible")
ORDINARY = "normale"


def priority_rank(priority: str) -> int:
    """Smaller is sooner."""
    if priority in PRIORITIES:
        return PRIORITIES.index(priority)
    return len(PRIORITIES) + 1 if priority == ORDINARY else len(PRIORITIES)


def accord_rank(accord: str) -> int:
    """A CER that the person does not agree with is seen before all others."""
    return 0 if accord == "non" else 1
