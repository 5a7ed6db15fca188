"""The made-up département and its agents: one for each role, and for each territory where roles have one.

The only source for them: the identity provider's tokens, its login page, the demonstration and the tests read this.
"""

from dataclasses import dataclass

AUDIENCE = "cer"

DEPARTEMENT = "Département des Deux-Vallées"

TERRITORIES = {"nord": "Territoire Nord", "sud": "Territoire Sud"}


@dataclass(frozen=True)
class Persona:
    """An agent as the identity provider knows them. `territory` is none for the whole département."""

    role: str
    name: str
    quality: str
    does: str
    territory: str | None = None

    @property
    def id(self) -> str:
        """Login, and `sub` of the tokens: the role, with the territory where there is one."""
        return f"{self.role}-{self.territory}" if self.territory else self.role

    @property
    def email(self) -> str:
        """An address in a domain that cannot exist (RFC 2606)."""
        return f"{self.id.replace('_', '-')}@departement.example"

    @property
    def claims(self) -> dict[str, str]:
        """What the tokens say of them."""
        claims = {
            "sub": self.id,
            "aud": AUDIENCE,
            "role": self.role,
            "name": self.name,
            "email": self.email,
            "quality": self.quality,
        }
        return {**claims, "territory": self.territory} if self.territory else claims


_ALL = (
    Persona("referent", "Camille Vernoux", "Assistante sociale", "Écrit les CER, les fait signer, les soumet", "nord"),
    Persona(
        "secretariat", "Odile Castagnet", "Secrétaire de circonscription", "Place et déplace les rendez-vous", "nord"
    ),
    Persona(
        "referent",
        "Yanis Delambre",
        "Conseiller en insertion, organisme partenaire",
        "Écrit les CER, les fait signer, les soumet",
        "sud",
    ),
    Persona(
        "secretariat", "Bastien Roumégas", "Secrétaire de circonscription", "Place et déplace les rendez-vous", "sud"
    ),
    Persona(
        "service_insertion",
        "Nadège Plantevin",
        "Instructrice du service insertion",
        "Reçoit les CER soumis, les oriente, enregistre l'issue des commissions",
    ),
    Persona("chef_de_service", "Hervé Montclar", "Chef du service insertion", "Décide, arbitre les dates, délègue"),
    Persona("commission", "Solange Abadine", "Membre de commission", "Lit les dossiers de sa séance, donne son avis"),
    Persona(
        "partner",
        "Mission locale des Deux Vallées",
        "Organisme partenaire",
        "S'abonne aux événements ; n'a pas d'écran",
    ),
    Persona("admin", "Loïc Tessandrier", "Administrateur informatique", "Tient listes, textes, territoires et comptes"),
)

PERSONAS: dict[str, Persona] = {persona.id: persona for persona in _ALL}
