"""Households and their dossiers: alone or with a spouse, in twelve territories, accompanied by 1,500 référents."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from uuid import UUID

from services.contracts.domain.agents.model import Agent, Profile
from services.contracts.domain.dossiers.contact import Contact, Telephone
from services.contracts.domain.dossiers.household import Household, Person
from services.contracts.domain.dossiers.model import Dossier
from shared.security.principal import Role
from tools.seed import names

# The first two are those of the demonstration's agents.
TERRITORIES = ("nord", "sud", *(f"territoire-{number:02}" for number in range(3, 13)))
REFERENTS = 1_500

# The largest holds a fifth of the département, the smallest one in twenty.
_PEOPLED = list(accumulate(1 / (rank + 4) for rank in range(len(TERRITORIES))))
_WITH_SPOUSE = 0.22
_REACHED_BY_MAIL, _REACHED_BY_PHONE = 0.72, 0.93
_STREETS = ("RUE DES TILLEULS", "CHEMIN DU MOULIN", "AVENUE DE LA GARE", "PLACE DU MARCHÉ", "LOTISSEMENT LES PINS")
_TOWNS = ("99001 VALMONT", "99120 ROCHECLAIRE", "99230 SAINT-ALBAN-LE-HAUT", "99310 BELFONTAINE")
_ORIENTATIONS = ("sociale", "socio_professionnelle", "professionnelle")


@dataclass(frozen=True)
class Place:
    """When the département is looked at, and by what luck it is made."""

    seed: int
    now: datetime


def identifier(luck: Random, at: datetime) -> UUID:
    """A UUID version 7 of this instant (RFC 9562), the same for the same luck."""
    value = int(at.timestamp() * 1000) << 80 | luck.getrandbits(80)
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def referents(seed: int) -> list[Agent]:
    """The référents, each of a territory in turn."""
    luck = Random(f"{seed}:referents")
    return [_referent(luck, number) for number in range(REFERENTS)]


def _referent(luck: Random, number: int) -> Agent:
    (prenom,) = names.prenoms(luck, woman=luck.random() < 0.8)[:1]
    return Agent(
        f"referent-fictif-{number:04}",
        Profile(
            full_name=f"{prenom} {names.surname(luck).title()}",
            role=Role.REFERENT,
            territories=(TERRITORIES[number % len(TERRITORIES)],),
            mail=f"referent-{number:04}@example.org",
            quality="Travailleur social",
        ),
    )


def dossiers(place: Place, luck: Random, first: int, number: int) -> Iterator[Dossier]:
    """So many dossiers, of the households from number `first` on."""
    left = number
    while left:
        size = 2 if left > 1 and luck.random() < _WITH_SPOUSE else 1
        yield from _household(place, luck, first + number - left, size)
        left -= size


def _household(place: Place, luck: Random, number: int, size: int) -> Iterator[Dossier]:
    organisme = "CAF" if luck.random() < 0.88 else "MSA"
    home = Household(organisme, f"{luck.randint(1, 3):03}", f"{place.seed % 1000:03}{number:09}")
    territory = luck.choices(TERRITORIES, cum_weights=_PEOPLED)[0]
    adresse = (f"{luck.randint(1, 180)} {luck.choice(_STREETS)}", luck.choice(_TOWNS))
    registered_at = place.now - timedelta(days=luck.triangular(1, 3_000, 400))
    woman, common = luck.random() < 0.55, names.surname(luck)
    for spouse in range(size):
        person = _person(luck, common, adresse, woman=woman ^ bool(spouse), spouse=bool(spouse))
        yield _dossier(luck, home, person, territory, registered_at)


def _person(luck: Random, common: str, adresse: tuple[str, ...], *, woman: bool, spouse: bool) -> Person:
    married = woman and (spouse or luck.random() < 0.25)
    return Person(
        civilite="Madame" if woman else "Monsieur",
        sexe="F" if woman else "M",
        nom_naissance=names.surname(luck) if spouse or married else common,
        nom_usage=common if married else None,
        prenoms=names.prenoms(luck, woman=woman),
        date_naissance=date(1958, 1, 1) + timedelta(days=int(luck.random() * 48 * 365)),
        adresse=adresse,
        situation_familiale=luck.choice(("celibataire", "marie", "separe", "divorce", None)),
        date_entree_rsa=date(2012, 1, 1) + timedelta(days=int(luck.random() * 13 * 365)),
    )


def _dossier(luck: Random, home: Household, person: Person, territory: str, registered_at: datetime) -> Dossier:
    referent_id = None
    if luck.random() < 0.95:
        # Three in a hundred are accompanied from another territory.
        near = TERRITORIES.index(territory) if luck.random() < 0.97 else luck.randrange(len(TERRITORIES))
        per_territory = REFERENTS // len(TERRITORIES)
        referent_id = f"referent-fictif-{near + len(TERRITORIES) * luck.randrange(per_territory):04}"
    return Dossier(
        id=identifier(luck, registered_at),
        household=home,
        person=person,
        territory=territory,
        contact=_contact(luck, registered_at),
        referent_id=referent_id,
        referent_since=registered_at.date() if referent_id else None,
        orientation=luck.choice(_ORIENTATIONS),
        registered_at=registered_at,
        version=1,
    )


def _contact(luck: Random, at: datetime) -> Contact:
    """Numbers kept for fiction (Arcep): few, so that many dossiers share one, as spouses and hostels do."""
    number = f"+3363998{luck.randrange(10_000):04}"
    telephone = Telephone(number, mobile=True) if luck.random() < _REACHED_BY_PHONE else None
    mail = f"personne-{luck.getrandbits(40):010x}@example.org" if luck.random() < _REACHED_BY_MAIL else None
    return Contact(mail, telephone, at if telephone else None, at, "seed")
