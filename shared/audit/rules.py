"""What the audit refuses of those who keep it."""

from shared.kernel.errors import Invalid, NotFound


class PrunedTooEarly(Invalid):
    """Access logs are kept six months at least (CNIL, délibération 2021-122)."""

    code = "pruned-too-early"
    title = "Élagage trop tôt"


class NoHeadToPruneAt(NotFound):
    """Entries go only up to a head that was published, so that others can still tell what was there."""

    code = "no-head-to-prune-at"


class UnreadableHead(Invalid):
    """A head that is not in the form in which it was published."""

    code = "unreadable-head"
    title = "Empreinte illisible"
