"""A dossier: one person of a household that receives the RSA, how to reach them and who accompanies them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum
from uuid import UUID

from services.contracts.domain.dossiers.contact import Contact, Telephone
from services.contracts.domain.dossiers.corrections import Corrected, key_of_file, standing
from services.contracts.domain.dossiers.history import FLOW, Facts
from services.contracts.domain.dossiers.household import Household, Person, PersonKey
from services.contracts.domain.moves import Act
from shared.events.blocks import Identity
from shared.events.contracts import DossierChanged, DossierMerged, DossierRegistered
from shared.events.sealed import seal

# Where a dossier stands until somebody knows its territory.
UNASSIGNED_TERRITORY = "non_affecte"
_HOME = ("organisme", "numero_organisme", "matricule")


class Orientation(StrEnum):
    """What kind of accompaniment the person is given (art. L262-29 of the Code de l'action sociale et des familles)."""

    SOCIALE = "sociale"
    SOCIO_PROFESSIONNELLE = "socio_professionnelle"
    PROFESSIONNELLE = "professionnelle"


class Keep(Enum):
    """What an entry says nothing of stays."""

    IT = "it"


@dataclass
class Dossier:
    """The aggregate. `version` is that of the stored row; methods return the events of the next one.

    `former` is what was known at that version, `act` who changes it: together they make the history.
    `corrected` is filled in where a flow is applied.
    """

    id: UUID
    household: Household
    person: Person
    territory: str
    contact: Contact = field(default_factory=Contact)
    referent_id: str | None = None
    referent_since: date | None = None
    orientation: str | None = None
    orientation_since: date | None = None
    merged_into: UUID | None = None
    registered_at: datetime | None = None
    version: int = 0
    act: Act | None = field(default=None, compare=False)
    former: Facts = field(default_factory=dict, compare=False, repr=False)
    corrected: Corrected = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def register(  # noqa: PLR0917 - what a dossier starts with
        cls,
        dossier_id: UUID,
        household: Household,
        person: Person,
        territory: str | None,
        at: datetime,
        contact: Contact | None = None,
        *,
        by: str = FLOW,
    ) -> tuple["Dossier", DossierRegistered]:
        """A person seen for the first time, with their contact data where the file has them."""
        home = territory or UNASSIGNED_TERRITORY
        dossier = cls(dossier_id, household, person, home, contact or Contact(), registered_at=at, act=Act(by, at))
        event = DossierRegistered(
            aggregate_version=1,
            dossier_id=dossier_id,
            territory=dossier.territory,
            referent_id=None,
            identity=seal(dossier.identity()),
        )
        return dossier, event

    def apply_flow(self, person: Person, territory: str | None, act: Act) -> list[DossierChanged]:
        """What the flow says of the person now; contact data and what an agent corrected stay.

        No event when nothing differs. `territory` fills one that is not assigned yet; it never moves a dossier.
        """
        return self.take_in(standing(self.person, person, self.corrected), self.contact, territory, act)

    def stands_against(self, person: Person) -> list[str]:
        """Fields that an agent corrected, and of which the flow says something else."""
        return standing(self.person, person, self.corrected).changed_from(person)

    @property
    def current_id(self) -> UUID:
        """The dossier that the person has now: this one, or what absorbed it (a merge hands earlier ones over)."""
        return self.merged_into or self.id

    @property
    def keys(self) -> tuple[PersonKey, ...]:
        """What tells the person in a flow: who they are, then what it knew them by before an agent corrected it."""
        return tuple(dict.fromkeys((self.person.key, key_of_file(self.person, self.corrected))))

    def take_in(self, person: Person, contact: Contact, territory: str | None, act: Act) -> list[DossierChanged]:
        """What a file says of the person and of how to reach them, as one change. No event when nothing differs.

        `territory` fills one that is not assigned yet; it never moves a dossier.
        """
        if self.merged_into is not None:
            # A file still names the person under the household that was absorbed: what is left is not touched.
            return []
        changed = self.person.changed_from(person)
        if "adresse" in changed:
            contact = contact.to_try_again("adresse")
        changed += contact.differs_from(self.contact)
        self.person, self.contact, self.act = person, contact, act
        if territory is not None and self.territory == UNASSIGNED_TERRITORY and territory != self.territory:
            self.territory = territory
            changed.append("territory")
        return [self._changed(*changed)] if changed else []

    def join(self, household: Household, person: Person, act: Act) -> list[DossierChanged]:
        """The person as a file has them, in the household where it names them now: this one, or another."""
        left = self._differing(household)
        self.household = household
        told = self.apply_flow(person, None, act)
        return [self._changed(*left, *(told[0].changed if told else ()))] if left else told

    def change_contact(
        self, mail: str | None, telephone: Telephone | None, act: Act, fixe: Telephone | Keep | None = Keep.IT
    ) -> list[DossierChanged]:
        """Contact data as completed with the person. Raises LandlineOverMobile, Invalid."""
        contact = self.contact.changed(mail, telephone, act.at, act.by)
        if not isinstance(fixe, Keep):
            contact = contact.with_fixe(fixe, act.at, act.by)
        return self.take_in(self.person, contact, None, act)

    def not_reached(self, what: str, tried: str, code: str, act: Act) -> list[DossierChanged]:
        """A message came back from this `mail`, `telephone` or `adresse`. No event for one that was changed since."""
        known = {
            "mail": self.contact.mail,
            "telephone": self.contact.telephone.number if self.contact.telephone else None,
            "adresse": "\n".join(self.person.adresse),
        }
        if known[what] != tried or self.contact.why_unreached(what) == code:
            return []
        self.contact, self.act = self.contact.not_reached(what, code, act.at), act
        return [self._changed(f"{what}_unreached")]

    def change_identity(self, person: Person, act: Act) -> list[DossierChanged]:
        """« Modifier l'identité »: the person as the agent knows them."""
        return self.take_in(person, self.contact, None, act)

    def move(self, territory: str, act: Act) -> list[DossierChanged]:
        """The person is followed elsewhere from now on."""
        if territory == self.territory:
            return []
        self.territory, self.act = territory, act
        return [self._changed("territory")]

    def orient(self, orientation: Orientation, since: date, act: Act) -> list[DossierChanged]:
        """The orientation that was decided, and since when it holds (art. L262-29 of the Code)."""
        if (orientation.value, since) == (self.orientation, self.orientation_since):
            return []
        self.orientation, self.orientation_since, self.act = orientation.value, since, act
        return [self._changed("orientation")]

    def name_referent(self, referent_id: str, since: date, act: Act) -> list[DossierChanged]:
        """The agent who accompanies the person from this legal date."""
        if referent_id == self.referent_id:
            return []
        self.referent_id, self.referent_since, self.act = referent_id, since, act
        return [self._changed("referent")]

    def absorb(self, other: "Dossier", act: Act) -> list[DossierChanged | DossierMerged]:
        """The other becomes part of this one, which takes what it lacks: contact, household, territory, référent…"""
        contact = self.contact.joined(other.contact, act.at, act.by)
        changed = self.take_in(self.person.completed_from(other.person), contact, other.territory, act)
        names = list(changed[0].changed) if changed else []
        if self.household.provisional and not other.household.provisional:
            names += self._differing(other.household)
            self.household = other.household
        if self.referent_id is None and other.referent_id is not None:
            self.referent_id, self.referent_since = other.referent_id, other.referent_since
            names.append("referent")
        if self.orientation is None and other.orientation is not None:
            self.orientation, self.orientation_since = other.orientation, other.orientation_since
            names.append("orientation")
        other.merged_into, other.act, self.act = self.id, act, act
        merged = DossierMerged(
            aggregate_version=other.version + 1,
            dossier_id=other.id,
            territory=other.territory,
            referent_id=other.referent_id,
            identity=seal(other.identity()),
            into=self.id,
        )
        return [self._changed(*names, "merged"), merged]

    def identity(self) -> Identity:
        """The person as events carry them, sealed."""
        return Identity(
            civilite=self.person.civilite,
            sexe=self.person.sexe,
            nom_naissance=self.person.nom_naissance,
            nom_usage=self.person.nom_usage,
            prenom=self.person.prenoms[0],
            date_naissance=self.person.date_naissance,
            organisme=self.household.organisme,
            matricule=self.household.matricule,
            adresse=self.person.adresse,
            mail=self.contact.mail,
            telephone=self.contact.telephone.number if self.contact.telephone else None,
        )

    def _differing(self, household: Household) -> list[str]:
        return [name for name in _HOME if getattr(household, name) != getattr(self.household, name)]

    def _changed(self, *names: str) -> DossierChanged:
        return DossierChanged(
            aggregate_version=self.version + 1,
            dossier_id=self.id,
            territory=self.territory,
            referent_id=self.referent_id,
            identity=seal(self.identity()),
            changed=names,
        )
