"""A dossier: one person of a household that receives the RSA, how to reach them and who accompanies them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.contracts.domain.dossiers.contact import Contact, Telephone
from services.contracts.domain.dossiers.household import Household, Person
from services.contracts.domain.moves import Act
from shared.events.blocks import Identity
from shared.events.contracts import DossierChanged, DossierRegistered
from shared.events.sealed import seal

# Where a dossier stands until somebody knows its territory.
UNASSIGNED_TERRITORY = "non_affecte"


@dataclass
class Dossier:
    """The aggregate. `version` is that of the stored row; methods return the events of the next one."""

    id: UUID
    household: Household
    person: Person
    territory: str
    contact: Contact = field(default_factory=Contact)
    referent_id: str | None = None
    referent_since: date | None = None
    orientation: str | None = None
    registered_at: datetime | None = None
    version: int = 0

    @classmethod
    def register(  # noqa: PLR0917 - what a dossier starts with
        cls,
        dossier_id: UUID,
        household: Household,
        person: Person,
        territory: str | None,
        at: datetime,
        contact: Contact | None = None,
    ) -> tuple["Dossier", DossierRegistered]:
        """A person seen for the first time, with their contact data where the file has them."""
        home = territory or UNASSIGNED_TERRITORY
        dossier = cls(dossier_id, household, person, home, contact or Contact(), registered_at=at)
        event = DossierRegistered(
            aggregate_version=1,
            dossier_id=dossier_id,
            territory=dossier.territory,
            referent_id=None,
            identity=seal(dossier.identity()),
        )
        return dossier, event

    def apply_flow(self, person: Person, territory: str | None) -> list[DossierChanged]:
        """What the flow says of the person now; their contact data stays. No event when nothing differs.

        `territory` fills one that is not assigned yet; it never moves a dossier.
        """
        return self.take_in(person, self.contact, territory)

    def take_in(self, person: Person, contact: Contact, territory: str | None) -> list[DossierChanged]:
        """What a file says of the person and of how to reach them, as one change. No event when nothing differs.

        `territory` fills one that is not assigned yet; it never moves a dossier.
        """
        changed = self.person.changed_from(person)
        changed += [name for name in ("mail", "telephone") if getattr(contact, name) != getattr(self.contact, name)]
        self.person, self.contact = person, contact
        if territory is not None and self.territory == UNASSIGNED_TERRITORY and territory != self.territory:
            self.territory = territory
            changed.append("territory")
        return [self._changed(*changed)] if changed else []

    def change_contact(self, mail: str | None, telephone: Telephone | None, act: Act) -> list[DossierChanged]:
        """Contact data as completed with the person. Raises LandlineOverMobile."""
        former = self.contact
        self.contact = former.changed(mail, telephone, act.at, act.by)
        names = [name for name in ("mail", "telephone") if getattr(self.contact, name) != getattr(former, name)]
        return [self._changed(*names)] if names else []

    def name_referent(self, referent_id: str, since: date) -> list[DossierChanged]:
        """The agent who accompanies the person from this legal date."""
        if referent_id == self.referent_id:
            return []
        self.referent_id, self.referent_since = referent_id, since
        return [self._changed("referent")]

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

    def _changed(self, *names: str) -> DossierChanged:
        return DossierChanged(
            aggregate_version=self.version + 1,
            dossier_id=self.id,
            territory=self.territory,
            referent_id=self.referent_id,
            identity=seal(self.identity()),
            changed=names,
        )
