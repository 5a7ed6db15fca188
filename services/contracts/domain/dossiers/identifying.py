"""Who a person of a file is: by the hash of their NIR where one is known, else by names within the household.

A NIR goes before names: it is the same person though a name was corrected or changed. One that is known in another
household alone is proposed to an agent: the person left that household, or somebody mistyped. So is a dossier that was
made by hand, without a matricule, for somebody whom the file names for the first time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from services.contracts.domain.dossiers.household import Match, Person, PersonKey, match
from services.contracts.domain.dossiers.matching import may_be
from services.contracts.domain.dossiers.merged import of_each_person
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.nir import NirHash

Owners = Mapping[NirHash, Sequence[UUID]]
ByHand = Mapping[PersonKey, Sequence[UUID]]


@dataclass(frozen=True)
class Named:
    """A person as a file names them."""

    person: Person
    nir: NirHash | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Found:
    """Who that is: the dossier of one who is known; those that one who is ambiguous may be.

    `moved`: only the NIR says so, and the dossier is in another household. `by_hand`: only names and birth date say so,
    and the dossier has no matricule.
    """

    match: Match
    dossier: Dossier | None = None
    candidates: tuple[UUID, ...] = ()
    moved: bool = False
    by_hand: bool = False

    @property
    def elsewhere(self) -> bool:
        """Whether nobody of the household is like them."""
        return self.moved or self.by_hand


def identify(
    named: Sequence[Named], home: Sequence[Dossier], owners: Owners, by_hand: ByHand = MappingProxyType({})
) -> list[Found]:
    """Says it of each person of one household.

    `owners` are the dossiers that have these NIRs, wherever they are; `by_hand` those without a matricule.
    """
    known = [_by_nir(place, named, home, owners) for place in range(len(named))]
    claimed = {one.dossier.id for one in known if one is not None and one.dossier is not None}
    free = _free(named, [one for one in home if one.id not in claimed])
    taken = {one.person.key for one in home if one.id in claimed}
    matches = match([one.person for one in named], free)
    found = []
    for one, by_nir, by_names in zip(named, known, matches, strict=True):
        if by_nir is not None:
            found.append(by_nir)
            continue
        key = one.person.key
        # The names of somebody whose NIR another line has: they cannot be a second dossier.
        matched = Match.AMBIGUOUS if key in taken else by_names
        found.append(_by_names(one, matched, free.get(key), home, owners))
        if found[-1].match is Match.NEW and by_hand.get(key):
            found[-1] = Found(Match.AMBIGUOUS, None, tuple(by_hand[key]), by_hand=True)
    return found


def _free(named: Sequence[Named], home: Sequence[Dossier]) -> dict[PersonKey, Dossier]:
    """Each dossier by what the file names it by, be it what an agent has corrected since."""
    keys = {one.person.key for one in named}
    alive = {one.person.key: one for one in home if one.merged_into is None}
    here = {one.id for key, one in alive.items() if key in keys}
    # What was absorbed is looked for where the one that remains is not named itself.
    known = {one.person.key: one for one in home if one.merged_into not in here} | alive
    for own, one in list(known.items()):
        former = next((key for key in one.keys if key in keys and key not in known), None)
        if own not in keys and former is not None:
            del known[own]
            known[former] = one
    return known


def _by_nir(place: int, named: Sequence[Named], home: Sequence[Dossier], owners: Owners) -> Found | None:
    """None where the NIR says nothing: there is none, or nobody of the household has it."""
    one = named[place]
    if one.nir is None:
        return None
    others = [other for at, other in enumerate(named) if at != place]
    here = of_each_person(known for known in home if known.current_id in owners.get(one.nir, ()))
    unclear = any(other.nir == one.nir for other in others)
    if here:
        # A household has one dossier for a name, a first name and a date: two would become one.
        key = one.person.key
        unclear = unclear or len(here) > 1 or any(other.person.key == key for other in others)
        unclear = unclear or any(known.person.key == key for known in home if known.current_id != here[0].current_id)
    if unclear:
        return Found(Match.AMBIGUOUS, candidates=_candidates(one, home, owners))
    return Found(Match.KNOWN, here[0]) if here else None


def _by_names(one: Named, matched: Match, known: Dossier | None, home: Sequence[Dossier], owners: Owners) -> Found:
    if matched is Match.KNOWN:
        return Found(Match.KNOWN, known)
    elsewhere = bool(one.nir is not None and owners.get(one.nir))
    if matched is Match.NEW and not elsewhere:
        return Found(Match.NEW)
    return Found(Match.AMBIGUOUS, None, _candidates(one, home, owners), moved=matched is Match.NEW)


def _candidates(one: Named, home: Sequence[Dossier], owners: Owners) -> tuple[UUID, ...]:
    theirs = owners.get(one.nir, ()) if one.nir is not None else ()
    return tuple(dict.fromkeys((*theirs, *may_be(one.person, home))))
