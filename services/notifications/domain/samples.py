"""Made-up facts and people: what a preview shows, and what a département's own templates are tried with."""

from datetime import date

from services.notifications.domain.plan import Facts
from shared.events.blocks import AgentCard, Identity

PERSON = Identity(
    civilite="Mme",
    sexe="F",
    nom_naissance="Essai",
    nom_usage="D'Exemple-Fictif",
    prenom="Jeanne",
    date_naissance=date(1990, 4, 5),
    organisme="CAF",
    matricule="0000001",
    adresse=("1 rue de l'Exemple", "07000 Exempleville"),
    mail="jeanne.fictive@example.org",
    telephone="+33639980001",
)
AGENT = AgentCard(
    agent_id="agent-exemple",
    full_name="Camille Exemple",
    mail="camille.exemple@example.org",
    quality="Assistante de service social",
)

_NUMERO: Facts = {"numero": 3}
_RDV: Facts = {
    "day": "2026-04-01",
    "hour": "14 h 30",
    "place": "2 rue de l'Exemple, Exempleville",
    "phone": "04 65 71 00 02",
}
_SIGNED: Facts = {"numero": 3, "signed_on": "2026-03-12"}
_BY_LINK: Facts = {**_SIGNED, "days": 30, "remise": "https://messages.example.org/r?lien-d-exemple-fictif-0"}
_SESSION: Facts = {
    "session_id": "00000000-0000-0000-0000-000000000000",
    "label": "Équipe pluridisciplinaire (EP)",
    "day": "2026-04-14",
    "hour": "14 h 30",
    "place": "2 rue de l'Exemple, Exempleville",
}
_SUBMITTED: Facts = {"numero": 3, "territory": "exempleville", "priority": "normale", "submitted_on": "2026-03-13"}
_AGED: Facts = {"territory": "exempleville", "priority": "normale", "state": "attente_decision", "days": 15}

# For each template, what it can be asked to say: each is shown and tried.
SAMPLES: dict[str, tuple[Facts, ...]] = {
    "cer_signe_referent": (_SIGNED,),
    "cer_signe_personne": (_SIGNED,),
    "cer_signe_lien_personne": (_BY_LINK,),
    "cer_soumis_personne": (_NUMERO,),
    "cer_soumis_service": (_SUBMITTED, {**_SUBMITTED, "priority": "urgente"}),
    "signature_refusee_referent": ({},),
    "signature_expiree_referent": ({},),
    "signature_en_echec_referent": ({"code": "too-many-tries"}, {"code": "sealing-failed"}),
    "signature_annulee_referent": ({"code": "reopened"}, {"code": "cancelled"}),
    "signature_annulee_personne": ({"code": "reopened"}, {"code": "cancelled"}),
    "cer_retourne_referent": (_NUMERO,),
    "retour_a_lire_referent": (_NUMERO,),
    "decision_valide_personne": (_NUMERO,),
    "decision_non_valide_personne": (_NUMERO,),
    "etude_agee_service": (_AGED,),
    "seance_convoquee_membre": (_SESSION,),
    "seance_deplacee_membre": (_SESSION,),
    "seance_annulee_membre": ({**_SESSION, "left": 0}, {**_SESSION, "left": 1}),
    "renouvellement_referent": ({"numero": 3, "ends_on": "2026-06-30"},),
    "convocation_personne": (_RDV,),
    "rappel_personne": (_RDV,),
}
