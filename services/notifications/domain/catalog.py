"""Every message that can be sent: to whom, how fast, by which channels. A template folder bears each name."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """To whom a message goes."""

    PERSON = "person"
    REFERENT = "referent"
    SERVICE_INSERTION = "service_insertion"
    MEMBER = "member"


class Channel(StrEnum):
    """By what a message goes."""

    MAIL = "mail"
    SMS = "sms"
    LETTER = "letter"


class Pace(StrEnum):
    """`AT_ONCE`, or gathered with others of its kind into one mail: `DIGEST`."""

    AT_ONCE = "at_once"
    DIGEST = "digest"


@dataclass(frozen=True)
class Kind:
    """One message.

    `channels` are tried in this order: the first by which the person can be reached. `optional`: the person may ask
    not to receive it, since neither their rights nor their duties depend on it.
    """

    title: str
    audience: Audience
    channels: Sequence[Channel] = (Channel.MAIL,)
    pace: Pace = Pace.AT_ONCE
    optional: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The files of its template. Agents have no number here, and a letter is an edition: neither has a text."""
        if self.channels == (Channel.LETTER,):
            return ()
        mail = ("subject.txt", "body.txt", "body.html")
        return (*mail, "sms.txt") if self.audience is Audience.PERSON else mail


_MAIL_OR_SMS = (Channel.MAIL, Channel.SMS)
_REFERENT = Audience.REFERENT
_PERSON = Audience.PERSON

CATALOG: dict[str, Kind] = {
    "cer_signe_referent": Kind("CER signé, au référent", _REFERENT),
    "cer_signe_personne": Kind("CER signé, à la personne", _PERSON),
    "cer_signe_lien_personne": Kind("CER signé à télécharger, à la personne", _PERSON),
    "cer_soumis_personne": Kind("CER transmis au Département, à la personne", _PERSON),
    "cer_soumis_service": Kind(
        "CER soumis à l'étude, au service insertion", Audience.SERVICE_INSERTION, pace=Pace.DIGEST
    ),
    "signature_refusee_referent": Kind("Signature refusée, au référent", _REFERENT),
    "signature_expiree_referent": Kind("Signature expirée, au référent", _REFERENT),
    "signature_en_echec_referent": Kind("Signature en échec, au référent", _REFERENT),
    "signature_annulee_referent": Kind("Signature annulée, au référent", _REFERENT),
    "signature_annulee_personne": Kind("Signature annulée, à la personne", _PERSON, _MAIL_OR_SMS),
    "cer_retourne_referent": Kind("CER retourné pour complément, au référent", _REFERENT),
    "retour_a_lire_referent": Kind("Retour du Département à lire, au référent", _REFERENT),
    "decision_valide_personne": Kind("CER validé, à la personne", _PERSON, _MAIL_OR_SMS),
    "decision_non_valide_personne": Kind("CER non validé, à la personne", _PERSON, _MAIL_OR_SMS),
    "decision_lettre_personne": Kind("Décision par courrier, à la personne", _PERSON, (Channel.LETTER,)),
    "etude_agee_service": Kind(
        "Études qui attendent, au service insertion", Audience.SERVICE_INSERTION, pace=Pace.DIGEST
    ),
    "seance_convoquee_membre": Kind("Séance de commission : convocation, au membre", Audience.MEMBER),
    "seance_deplacee_membre": Kind("Séance de commission déplacée, au membre", Audience.MEMBER),
    "seance_annulee_membre": Kind("Séance de commission qui n'attend plus le membre", Audience.MEMBER),
    "renouvellement_referent": Kind("CER à renouveler, au référent", _REFERENT, pace=Pace.DIGEST),
    "convocation_personne": Kind("Convocation, à la personne", _PERSON, _MAIL_OR_SMS),
    "rappel_personne": Kind(
        "Rappel de rendez-vous, à la personne", _PERSON, (Channel.SMS, Channel.MAIL), optional=True
    ),
}


def title_of(template: str) -> str:
    """How agents read it; a message of a kind that is no longer sent keeps its name."""
    return CATALOG[template].title if template in CATALOG else template
