"""What is refused of and to agents."""

from shared.kernel.errors import Invalid, NotFound, Refusal


class AgentUnknown(NotFound):
    """No such agent in the directory."""

    code = "agent-unknown"
    title = "Agent inconnu"


class OwnAccount(Refusal):
    """An admin who closed their own account could not open it again."""

    code = "own-account"
    title = "Votre propre compte"


class ReplacementRefused(Invalid):
    """The agents or the dates do not allow it."""

    code = "replacement-refused"
    title = "Remplacement impossible"


class ReplacementOverlaps(Refusal):
    """The same colleague already stands in for the same référent on some of these days."""

    code = "replacement-overlaps"
    title = "Remplacement déjà enregistré"
