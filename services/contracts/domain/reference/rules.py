"""The named refusals about what the département keeps for all."""

from shared.kernel.errors import Invalid, NotFound, Refusal


class UnknownList(NotFound):
    """There is no list of this name."""

    code = "unknown-list"
    title = "Liste inconnue"


class UnknownEntry(NotFound):
    """The list has no entry of this code."""

    code = "unknown-entry"
    title = "Choix inconnu"


class EntryInUse(Refusal):
    """What a CER holds, or held, stays readable: the entry can be deactivated, never removed."""

    code = "entry-in-use"
    title = "Choix déjà utilisé"


class FixedList(Refusal):
    """The software itself depends on the codes of this list: only its labels change."""

    code = "fixed-list"
    title = "Liste fixe"


class PastEffect(Invalid):
    """What was in force is never rewritten: a change holds from today or later."""

    code = "past-effect"
    title = "Date d'effet passée"


class NoTextInForce(Refusal):
    """No text covers this date."""

    code = "no-text-in-force"
    title = "Aucun texte en vigueur"


class UnprintableText(Invalid):
    """A document could not show this text."""

    code = "unprintable-text"
    title = "Texte impossible à éditer"


class UnknownText(NotFound):
    """There is no text of this key."""

    code = "unknown-text"
    title = "Texte inconnu"


class UnknownTerritory(Invalid):
    """No territory has this code."""

    code = "unknown-territory"
    title = "Territoire inconnu"


class InactiveTerritory(Invalid):
    """The territory takes no new dossier any more."""

    code = "inactive-territory"
    title = "Territoire fermé"


class TerritoryKnown(Refusal):
    """A territory of this code is kept already."""

    code = "territory-known"
    title = "Territoire déjà connu"


class TerritoryInUse(Refusal):
    """Dossiers or agents hold the territory: it can be closed, not removed."""

    code = "territory-in-use"
    title = "Territoire utilisé"


class UnassignedIsKept(Refusal):
    """The place of dossiers without a territory cannot be closed."""

    code = "unassigned-is-kept"
    title = "Territoire nécessaire"
