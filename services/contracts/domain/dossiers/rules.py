"""The named refusals about a dossier."""

from shared.kernel.errors import Forbidden, Invalid, Refusal


class ReferentMissing(Refusal):
    """Nobody accompanies this person yet."""

    code = "referent-missing"
    title = "Dossier sans référent"


class ReferentAlreadyNamed(Forbidden):
    """A référent does not take a dossier from another."""

    code = "referent-already-named"
    title = "Dossier déjà accompagné"


class NotAReferent(Invalid):
    """Only a référent who logged in once can be named."""

    code = "not-a-referent"
    title = "Référent inconnu"


class LandlineOverMobile(Refusal):
    """A landline never overwrites a mobile."""

    code = "landline-over-mobile"
    title = "Un fixe ne remplace pas un mobile"


class InArchive(Forbidden):
    """The dossier left the active base."""

    code = "dossier-archived"
    title = "Dossier archivé"
