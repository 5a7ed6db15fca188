"""The lists as shipped. Sources: the guide (priorité, commentaire, rubriques, diagnostics); CASF L262-39 (équipes)."""

from services.contracts.domain.reference.lists import Entry, Label, ListName, ReferenceList
from services.contracts.domain.reference.shipped import SINCE

_ENTRIES: dict[ListName, tuple[tuple[str, str], ...]] = {
    ListName.THEMES: (
        ("emploi", "Emploi"),
        ("formation", "Formation"),
        ("creation_activite", "Création ou développement d'activité / TNS"),
        ("iae", "Insertion par l'activité économique"),
        ("logement", "Logement"),
        ("sante", "Santé"),
        ("mobilite", "Mobilité"),
        ("garde_enfants", "Garde d'enfants"),
        ("parentalite_famille", "Parentalité et famille"),
        ("acces_droits", "Accès aux droits"),
        ("budget", "Budget"),
        ("maitrise_francais", "Maîtrise du français"),
        ("numerique", "Numérique"),
        ("vie_sociale", "Vie sociale"),
        ("orientation_referent", "Orientation vers un autre référent"),
    ),
    ListName.PRIORITIES: (
        ("normale", "Normale"),
        ("urgente", "Urgente"),
        ("retablissement_droits", "Rétablissement de droits"),
        ("suspension_en_cours", "Suspension en cours"),
        ("situation_sensible", "Situation sensible"),
    ),
    ListName.DIAGNOSTICS: (
        ("formation", "Diagnostic formation"),
        ("creation_activite", "Diagnostic création d'activité"),
        ("regain", "Diagnostic Regain"),
    ),
    ListName.REQUESTS: (
        ("commission", "Passage en commission"),
        ("ep", "Passage en équipe pluridisciplinaire (EP)"),
        ("gei", "Passage en GEI"),
        ("gad", "Passage en GAD"),
        ("gecl", "Passage en GECl"),
        ("reorientation", "Réorientation à discuter avec le service"),
        ("rappel", "Situation sensible : être rappelé par le service"),
    ),
    ListName.COMMISSION_KINDS: (
        ("ep", "Équipe pluridisciplinaire (EP)"),
        ("gei", "GEI"),
        ("gad", "GAD"),
        ("gecl", "GECl"),
        ("commission_locale", "Commission locale"),
    ),
    ListName.NATURES: (
        ("premier", "Premier contrat"),
        ("renouvellement", "Renouvellement"),
        ("modification", "Modification du contrat en cours"),
        ("retablissement", "Rétablissement"),
    ),
    ListName.DECISION_MOTIVES: (
        ("objectifs_imprecis", "Les objectifs ne sont pas assez précis"),
        ("etapes_sans_date", "Les étapes ne portent pas de date"),
        ("sans_evolution", "Le contrat ne fait pas apparaître d'évolution depuis le précédent"),
        ("engagements_non_tenus", "Des engagements du contrat précédent n'ont pas été tenus, sans motif légitime"),
        ("autre_dispositif", "L'aide demandée relève d'un autre dispositif"),
        ("autre_orientation", "La situation appelle une autre orientation"),
        ("duree_inadaptee", "La durée ne correspond pas aux démarches prévues"),
    ),
    ListName.COMPLEMENTS: (
        ("demande_diagnostic", "La demande de diagnostic scannée"),
        ("justificatif", "Un justificatif"),
        ("situation", "La situation actuelle et les actions depuis le dernier CER"),
        ("evaluation", "L'évaluation commune du parcours"),
        ("objectifs", "Les objectifs : ce que fait chacun"),
        ("etapes", "Les étapes et leurs dates"),
        ("dates", "Les dates du contrat"),
        ("signature", "La signature de la personne"),
    ),
}

# Smaller is seen sooner; gaps, so that the admin can put one in between.
_RANKS = {
    "urgente": 10,
    "suspension_en_cours": 20,
    "retablissement_droits": 30,
    "situation_sensible": 40,
    "normale": 100,
}

LISTS: tuple[ReferenceList, ...] = tuple(
    ReferenceList(
        name,
        tuple(
            Entry(
                code,
                (Label(SINCE, words),),
                SINCE,
                rank=_RANKS[code] if name is ListName.PRIORITIES else None,
            )
            for code, words in entries
        ),
        version=1,
    )
    for name, entries in _ENTRIES.items()
)
