"""Made-up documents of every kind: what a département's own templates are tried on before they serve.

`court` is an ordinary document, `long` has what the forms let in at most of each, `inhabituel` odd names and signs.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from services.documents.domain.blank import blank_cer
from services.documents.domain.composing import Opened, compose
from services.documents.domain.edition import OF_A_CER, EditionKind, Order
from services.documents.domain.letters import Rdv, RelanceCause, Sending, convocation, relance
from services.documents.domain.print_list import Line, print_lists
from services.documents.domain.sessions import Case, Member, Session, agenda, minutes
from services.documents.domain.sheet import Letterhead, Sheet
from services.documents.domain.texts import Texts
from shared.events.blocks import AgentCard, CerContent, DecisionText, Etape, Identity, Objective
from shared.events.sealed import seal
from shared.kernel.serial import Serial

SITUATION = (
    "Mme Fictive a 35 ans et vit seule avec deux enfants, dans un logement du parc social. "
    "Elle a le permis B mais pas de véhicule ; le réseau de cars dessert sa commune matin et soir.\n"
    "Dans le dispositif depuis 2021, accompagnée par ce référent depuis un an.\n\n"
    "Depuis le dernier CER : un stage de deux mois en cuisine collective, mené à son terme ; le dossier de garde "
    "d'enfants est accepté pour la rentrée."
)
EVALUATION = (
    "Les deux rendez-vous mensuels ont été tenus. Le stage a confirmé le goût de Mme Fictive pour la restauration "
    "collective. La mobilité reste le principal frein : l'aide au véhicule, demandée au printemps, est en attente."
)
EXPRESSION = "Je suis contente d'avoir trouvé ma voie. J'aimerais que l'aide à la mobilité arrive avant l'automne."
OBJECTIVE = Objective(
    theme="emploi",
    theme_label="Emploi et formation",
    person_does="S'inscrire à la formation d'agent de restauration et en suivre les six semaines.\n"
    "Transmettre l'attestation d'entrée.",
    referent_does="Transmettre la demande de diagnostic, et faire le point avec l'organisme à mi-parcours.",
    etapes=(
        Etape(label="Déposer le dossier d'inscription", due=date(2026, 4, 10), done=True),
        Etape(label="Réunion d'information collective", due=date(2026, 4, 28)),
        Etape(label="Demander un diagnostic formation"),
    ),
    diagnostics=("formation",),
    diagnostic_labels=("Formation",),
)
LETTERHEAD = Letterhead(
    departement="Département du Val-d'Exemple",
    direction="Direction de l'insertion",
    delegation="par délégation du président du conseil départemental",
    address=("1 place du Modèle", "99000 Exempleville"),
    phone="01 99 00 12 34",
    city="Exempleville",
    appeal_address=(
        "Département du Val-d'Exemple",
        "Service insertion – Recours RSA",
        "1 place du Modèle",
        "99000 Exempleville",
    ),
)
LONG = (f"{SITUATION} {EVALUATION}\n\n" * 40)[:20_000]
ODD = (
    "Łódź, ğış, œuvre, e\u0301, — «\u202fguillemets\u202f», 1\u202f234,50\u00a0€, ½, →, ✓, 😀👍🏽👩\u200d👧, 汉字, "
    "\x07\u202eretourné\u202c, <b>gras</b> & {{ 7*7 }}, \ue000, Привет, Γειά, شكرا, " + "A" * 200
)
LONG_NAME = "Wojciechowska-Étchéverry de La Bâtie-d'Urfé Ñuñez Þórsdóttir"

_PERSON = Identity(
    civilite="Mme",
    sexe="F",
    nom_naissance="Essai",
    nom_usage="Fictive",
    prenom="Jeanne",
    date_naissance=date(1990, 4, 5),
    organisme="CAF",
    matricule="0012345",
    adresse=("1 rue de l'Exemple", "07200 Aubenas"),
    mail="jeanne.fictive@example.org",
    telephone="+33639980001",
)
_LONG_PERSON = _PERSON.model_copy(
    update={
        "nom_usage": LONG_NAME,
        "prenom": "Zoë-Marie-Ángeles",
        "mail": "prenom.nom.vraiment.tres.long@sous-domaine.exemple-tres-long.example.org",
        "adresse": ("Bât. C, esc. 4, appt 12", "Résidence des Longs Noms sans Abréviation", "07200 Aubenas"),
    }
)
_REFERENT = AgentCard(agent_id="r", full_name="Camille Mirabel", quality="Assistante de service social")
_CHEF = AgentCard(agent_id="c", full_name="Dominique Coiron", quality="Chef de service")
_CONTENT = CerContent(
    nature="renouvellement",
    date_signature=date(2026, 3, 12),
    date_debut=date(2026, 4, 1),
    date_fin=date(2026, 9, 30),
    duree_mois=6,
    situation=SITUATION,
    evaluation=EVALUATION,
    objectives=(OBJECTIVE,),
    expression=EXPRESSION,
    accord="oui",
    accord_origin="sms",
)
_LONG_CONTENT = _CONTENT.model_copy(
    update={
        "situation": LONG,
        "objectives": (OBJECTIVE,) * 11 + (OBJECTIVE.model_copy(update={"etapes": OBJECTIVE.etapes * 20}),),
    }
)
_ODD_CONTENT = _CONTENT.model_copy(
    update={
        "situation": ODD,
        "evaluation": ODD,
        "expression": ODD,
        "objectives": (OBJECTIVE.model_copy(update={"theme_label": ODD, "person_does": ODD, "referent_does": ODD}),),
    }
)
_MOTIVES = ("Les étapes ne portent pas de date.", "L'aide demandée relève d'un autre dispositif.")
_AT = datetime(2026, 4, 14, 12, 30, tzinfo=UTC)
_RDV = Rdv(
    at=_AT,
    place=("Maison du Département", "4 rue des Écoles", "07200 Aubenas"),
    with_whom="Camille Mirabel, assistante de service social",
    purpose="Renouvellement de votre contrat d'engagement",
    bring=("Cette convocation et une pièce d'identité", "Vos trois derniers bulletins de salaire, si vous en avez"),
)


@cache
def samples(kind: EditionKind) -> Mapping[str, Sheet]:
    """The made-up documents of this kind, by name."""
    if kind in OF_A_CER:
        return {
            "court": _of_cer(kind, _PERSON, _CONTENT, "Le projet est clair et les étapes sont tenables."),
            "long": _of_cer(kind, _LONG_PERSON, _LONG_CONTENT, LONG),
            "inhabituel": _of_cer(kind, _LONG_PERSON, _ODD_CONTENT, ODD),
        }
    makers: dict[EditionKind, Callable[[], dict[str, Sheet]]] = {
        EditionKind.CONVOCATION: _convocations,
        EditionKind.RELANCE: _relances,
        EditionKind.ORDRE_DU_JOUR: lambda: {name: agenda(one, LETTERHEAD) for name, one in _sessions().items()},
        EditionKind.PROCES_VERBAL: lambda: {name: minutes(one, LETTERHEAD) for name, one in _sessions().items()},
        EditionKind.CER_VIERGE: _blanks,
        EditionKind.LISTE_IMPRESSION: _print_lists,
    }
    return makers[kind]()


def _order(kind: EditionKind) -> Order:
    decided = kind is not EditionKind.CER_SANS_DECISION
    nobody = UUID(int=0)
    return Order(
        edition_id=nobody,
        kind=kind,
        favourable=kind is EditionKind.CER_DECISION_VALIDE,
        cer_id=nobody,
        dossier_id=nobody,
        numero=3,
        nature="renouvellement",
        territory="exemple",
        revision=1,
        attempt=None if decided else 1,
        submission=1 if decided else None,
        decided_on=date(2026, 3, 20) if decided else None,
        path="commission" if decided else None,
        date_debut=date(2026, 4, 1),
        date_fin=date(2026, 9, 30),
        identity=seal(_PERSON),
        referent=seal(_REFERENT),
        content=seal(_CONTENT),
    )


def _of_cer(kind: EditionKind, person: Identity, content: CerContent, comment: str) -> Sheet:
    placed = _order(kind)
    decision = DecisionText(comment=comment, motives=() if placed.valid else (*_MOTIVES, comment[:2_000]))
    decided = placed.decided_on is not None
    opened = Opened(person, _REFERENT, content, decision if decided else None, _CHEF if decided else None)
    return compose(placed, LETTERHEAD, opened, Texts())


def _sending(person: Identity) -> Sending:
    return Sending(
        person=person, signer=_CHEF, day=date(2026, 3, 20), letterhead=LETTERHEAD, followed_by=_REFERENT.full_name
    )


def _convocations() -> dict[str, Sheet]:
    odd = _RDV.model_copy(update={"purpose": ODD, "with_whom": LONG_NAME})
    return {
        "court": convocation(_sending(_PERSON), _RDV),
        "long": convocation(
            _sending(_LONG_PERSON), _RDV.model_copy(update={"bring": _RDV.bring * 20}), date(2026, 3, 2)
        ),
        "inhabituel": convocation(_sending(_LONG_PERSON.model_copy(update={"adresse": (), "civilite": ""})), odd),
    }


def _relances() -> dict[str, Sheet]:
    since, by, end = date(2026, 3, 3), date(2026, 4, 3), date(2026, 4, 30)
    return {
        "court": relance(_sending(_PERSON), RelanceCause.ABSENCE, since, by, _RDV),
        "long": relance(_sending(_LONG_PERSON), RelanceCause.ECHEANCE, end, by),
        "inhabituel": relance(_sending(_LONG_PERSON), RelanceCause.SANS_NOUVELLES, since, by),
    }


def _sessions() -> dict[str, Session]:
    return {
        "court": _session(["Jeanne Fictive", "Karim Modèle", "Anne Épreuve"], "Demande d'avis avant décision"),
        "long": _session([f"Personne Fictive {number}" for number in range(1, 81)], SITUATION),
        "inhabituel": _session([LONG_NAME, "Zoë 😀"], ODD),
    }


def _session(people: Sequence[str], subject: str) -> Session:
    opinions = ("favorable", "defavorable", "ajourne")
    return Session(
        commission="Commission locale d'Aubenas",
        at=_AT,
        place="Maison du Département, 4 rue des Écoles, 07200 Aubenas",
        chair="Dominique Coiron, chef de service",
        secretary="Alix Tanargue",
        members=(
            Member(name="Dominique Coiron", quality="Chef de service, présidence"),
            Member(name="Camille Mirabel", quality="Assistante de service social"),
            Member(name="Sacha Volane", quality="Mission locale", present=False),
        ),
        cases=tuple(
            Case(
                person=person,
                number=f"00{12_345 + number}",
                referent="Camille Mirabel",
                subject=subject,
                requests=("Équipe pluridisciplinaire",),
                opinion=opinions[number % 3],
                motives=() if number % 3 == 0 else _MOTIVES,
                heard="La personne a été entendue." if number % 2 else "",
            )
            for number, person in enumerate(people)
        ),
    )


def _blanks() -> dict[str, Sheet]:
    def made(territory: str, number: int) -> Sheet:
        return blank_cer(Serial.numbered(number), territory, date(2026, 3, 20), LETTERHEAD, Texts())

    return {"court": made("Territoire d'Aubenas", 1), "long": made(LONG_NAME, 2), "inhabituel": made(ODD[:120], 3)}


def _print_lists() -> dict[str, Sheet]:
    def made(title: str, *lines: Line) -> Sheet:
        return print_lists(title, date(2026, 3, 20), LETTERHEAD, lines)[0]

    def line(name: str, number: int, **changes: Any) -> Line:
        return Line(name=name, what=f"CER n° {number}, notification de décision", **({"page": 2 * number} | changes))

    lost = line(LONG_NAME, 7, page=0, failure="fichier introuvable")
    return {
        "court": made("Courriers", *(line(name, n) for n, name in enumerate(("Épreuve Anne", "Fictive Jeanne"), 1))),
        "long": made("Courriers", lost, *(line(f"Fictive Personne {n}", n) for n in range(1, 200))),
        "inhabituel": made(ODD[:120], lost, line(ODD, 1)),
    }
