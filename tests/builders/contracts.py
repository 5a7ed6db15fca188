"""Dossiers, drafts and CERs of made-up people, for tests."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.contracts.domain.cers.accord import Tick
from services.contracts.domain.cers.decision import Decided, Proof
from services.contracts.domain.cers.draft import Draft, Etape, Nature, Objective
from services.contracts.domain.cers.model import Cer, Written
from services.contracts.domain.cers.party import Party, PhoneFlags
from services.contracts.domain.cers.signing import SigningState
from services.contracts.domain.cers.states import State, Verb
from services.contracts.domain.dossiers.contact import Contact, Telephone
from services.contracts.domain.dossiers.household import Household, Person
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.files.requests import ScannedRequests
from services.contracts.domain.moves import Act
from services.contracts.domain.reference.lists import ReferenceList
from services.contracts.domain.reference.shipped.lists import LISTS
from services.contracts.domain.reference.shipped.texts import LEGAL_TEXTS
from services.contracts.domain.reference.snapshot import Reference
from services.contracts.domain.reference.texts import DatedText, Family, Wording
from shared.events.blocks import DecisionText, Reason
from shared.events.files import FileRef
from shared.events.sealed import seal
from tests.builders.events import chef_card, identity, referent_card

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
TODAY = date(2026, 3, 12)
DEADLINE = NOW + timedelta(minutes=30)
CER_ID = UUID("01980000-0000-7000-8000-0000000000c1")
DOSSIER_ID = UUID("01980000-0000-7000-8000-0000000000d1")
SIGNATURE_ID = UUID("01980000-0000-7000-8000-000000000052")
REFERENT = "agent-mirabel"
MOBILE = "+33639980001"
LANDLINE = "+33465710001"
REQUESTS = ScannedRequests(available=frozenset({"formation", "regain"}))
NO_FLAGS = PhoneFlags(entered_today=False, shared=False, is_agents=False)


def act(by: str = REFERENT, at: datetime = NOW) -> Act:
    """Who and when."""
    return Act(by, at)


def party(kept: Reference | None = None) -> Party:
    """A person and their référent; the lists and texts as shipped, if no others are given."""
    return Party(identity(), "aubenas", referent_card(agent_id=REFERENT), kept or reference())


def reference(*lists: ReferenceList) -> Reference:
    """The lists and texts as shipped, but for these lists."""
    texts = {
        key: DatedText(Family.LEGAL, key, tuple(Wording(n, *one, act()) for n, one in enumerate(wordings, start=1)))
        for key, wordings in LEGAL_TEXTS.items()
    }
    return Reference({one.name: one for one in (*LISTS, *lists)}, texts)


def objective(**changes: Any) -> Objective:
    """A complete objective."""
    fields = {"theme": "emploi", "person_does": "Met à jour son CV.", "referent_does": "Présente les ateliers."}
    return Objective(**{**fields, **changes})


def draft(**changes: Any) -> Draft:
    """A complete draft, written on the day of the appointment."""
    fields: dict[str, Any] = {
        "numero": 1,
        "nature": Nature.PREMIER,
        "date_signature": TODAY,
        "duration_months": 6,
        "priority": "normale",
        "situation": "Recherche un emploi à temps plein.",
        "evaluation": "Le premier objectif est atteint.",
        "objectives": (objective(diagnostics=("formation",), etapes=(Etape(label="Atelier CV"),)),),
        "expression": "Souhaite une formation.",
    }
    return Draft(**{**fields, **changes})


def written(tick: Tick = Tick.NC, note: str | None = None, **changes: Any) -> Written:
    """What the référent sends when saving."""
    return Written(draft(**changes), tick, note)


def proposition(tick: Tick = Tick.NC, note: str | None = None, **changes: Any) -> Cer:
    """A complete proposition, its history still unsaved lines left out."""
    cer, _ = Cer.create(CER_ID, DOSSIER_ID, written(tick, note, **changes), act(), party())
    return _stored(cer)


def preparing(**changes: Any) -> Cer:
    """A CER whose edition is being made for the person to sign."""
    cer = proposition(**changes)
    cer.prepare_signature(MOBILE, NO_FLAGS, DEADLINE, act(), party())
    return _stored(cer)


def opened(**changes: Any) -> Cer:
    """A CER that the person can sign."""
    cer = preparing(**changes)
    cer.signature_opened(DEADLINE, act("service:signature"))
    return _stored(cer)


def signed(**changes: Any) -> Cer:
    """A CER signed by SMS."""
    cer = opened(**changes)
    cer.signature_completed(proof(), act("service:signature"))
    return _stored(cer)


def submitted(**changes: Any) -> Cer:
    """A CER agreed by check-box, with the insertion service."""
    cer = proposition(Tick.OUI, **changes)
    cer.submit(act(), party(), REQUESTS)
    return _stored(cer)


def in_commission() -> Cer:
    """A CER that waits for a commission's opinion."""
    cer = submitted()
    cer.routed(Verb.SEND_TO_COMMISSION, act("service:validation"), party())
    return _stored(cer)


def at_chef_de_service(**changes: Any) -> Cer:
    """A CER that waits for the chef de service's decision."""
    cer = submitted(**changes)
    cer.routed(Verb.SEND_TO_CHEF_DE_SERVICE, act("service:validation"), party())
    return _stored(cer)


def decided(outcome: str = "valide") -> Cer:
    """A CER decided by the chef de service."""
    cer = at_chef_de_service()
    cer.decided(told(outcome), act("service:validation"), party())
    return _stored(cer)


def deleted() -> Cer:
    """A proposition of which only the trace is left."""
    cer = proposition()
    cer.delete(act(), party())
    return _stored(cer)


def in_state(state: State) -> Cer:
    """A CER in this state, no signature by SMS under way."""
    made = {
        State.PROPOSITION: proposition,
        State.SOUMIS_A_ETUDE: submitted,
        State.ETUDE_EN_COMMISSION: in_commission,
        State.ATTENTE_DECISION: at_chef_de_service,
        State.VALIDE: decided,
        State.NON_VALIDE: lambda: decided("non_valide"),
        State.SUPPRIME: deleted,
    }
    return made[state]()


def in_signing_state(state: SigningState) -> Cer:
    """A proposition in this sub-state."""
    made = {
        SigningState.NONE: proposition,
        SigningState.PREPARING: preparing,
        SigningState.OPEN: opened,
        SigningState.SIGNED: signed,
    }
    return made[state]()


LONGER = FileRef(uri="object:signature/prolonged.pdf", sha256="c" * 64, size=20)


def proof() -> Proof:
    """What signature tells of a signature made."""
    return Proof(
        signature_id=SIGNATURE_ID,
        edition_id=SIGNATURE_ID,
        signed_at=NOW,
        entered_by="referent",
        document=FileRef(uri="object:signature/signed.pdf", sha256="a" * 64, size=10),
        evidence=FileRef(uri="object:signature/evidence.pdf", sha256="b" * 64, size=10),
    )


def told(outcome: str = "valide", path: str = "chef_de_service", date_debut: date | None = None) -> Decided:
    """A decision as validation tells it."""
    text = DecisionText(comment="Objectifs clairs.", note_referent="Penser au bilan.")
    return Decided(outcome, path, NOW, "agent-coiron", date_debut, text, seal(text), seal(chef_card()))


def reason(text: str = "Une pièce manque.") -> Reason:
    """Why something is given back."""
    return Reason(text=text)


def person(**changes: Any) -> Person:
    """A person as the flow describes them."""
    fields: dict[str, Any] = {
        "civilite": "Mme",
        "sexe": "F",
        "nom_naissance": "ESSAI",
        "nom_usage": None,
        "prenoms": ("JEANNE",),
        "date_naissance": date(1990, 4, 5),
        "adresse": ("1 RUE DE L'EXEMPLE", "07200 AUBENAS"),
    }
    return Person(**{**fields, **changes})


def household(matricule: str = "001234500000000") -> Household:
    """A household of the CAF; the zeros of its matricule count."""
    return Household("CAF", "071", matricule)


def dossier(**changes: Any) -> Dossier:
    """A dossier with a référent and a mobile."""
    fields: dict[str, Any] = {
        "id": DOSSIER_ID,
        "household": household(),
        "person": person(),
        "territory": "aubenas",
        "registered_at": NOW,
        "contact": Contact("jeanne.fictive@example.org", Telephone(MOBILE, mobile=True)),
        "referent_id": REFERENT,
        "referent_since": TODAY,
        "version": 3,
    }
    return Dossier(**{**fields, **changes})


def _stored(cer: Cer) -> Cer:
    """As the repository leaves it: one version more, no line of history to write."""
    cer.version += 1
    cer.moves.clear()
    return cer
