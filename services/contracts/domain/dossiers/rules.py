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


class PersonAlreadyKnown(Refusal):
    """The household already has this person."""

    code = "person-already-known"
    title = "Personne déjà connue"


class DossierIsMerged(Refusal):
    """The dossier became part of another (RFC 9110 §15.5.11: gone, and where)."""

    code = "dossier-merged"
    title = "Dossier fusionné"
    status = 410


class CerUnderStudy(Refusal):
    """A CER is with the insertion service, a commission or the chef de service, under the dossier it was sent from."""

    code = "cer-under-study"
    title = "CER à l'étude"


class TerritoryMissing(Invalid):
    """An agent of the whole département says which territory follows the person."""

    code = "territory-missing"
    title = "Territoire manquant"
