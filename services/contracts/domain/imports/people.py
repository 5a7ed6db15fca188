"""What a line changes in a person's dossier. Pure: the lines and the dossiers known in, outcomes out.

An empty cell erases nothing; a landline never overwrites a mobile, it stands beside; a contact entered by an agent
after the moment the file stands for stays, unless the mapping prefers the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.contracts.domain.cers.model import Cer
from services.contracts.domain.dossiers.contact import Contact, Telephone
from services.contracts.domain.dossiers.household import Household, Match, Person, PersonKey, plain
from services.contracts.domain.dossiers.identifying import ByHand, Named, identify
from services.contracts.domain.dossiers.matching import Matching, MatchingState
from services.contracts.domain.dossiers.merged import Remaining
from services.contracts.domain.dossiers.model import UNASSIGNED_TERRITORY, Dossier
from services.contracts.domain.dossiers.nir import NirHash
from services.contracts.domain.imports.finding import set_aside, told_apart, told_of_merged
from services.contracts.domain.imports.flow import Refused
from services.contracts.domain.imports.lines import Difference, Line, LineNames, Rules
from services.contracts.domain.imports.shown import differences, shown
from services.contracts.domain.moves import Act
from shared.events.envelope import Event
from shared.kernel.ids import new_id

IMPORT_PREFIX = "import:"
CREATED, CHANGED, UNCHANGED = "created", "changed", "unchanged"
_SIGNING = "Une signature par SMS est en cours pour cette personne : ses coordonnées ne changent pas."

_PERSON = ("civilite", "sexe", "nom_usage", "adresse", "situation_familiale", "date_entree_rsa")
_SEXES = {"Mme": "F", "M.": "M"}
_CIVILITES = {sexe: civilite for civilite, sexe in _SEXES.items()}


@dataclass
class Outcome:
    """What one line does: the dossier or the CER as it becomes, its events, what differs, what was kept.

    Or why it is refused; `asked` is what an agent is asked then. `nir` is what the person is known by from now on.
    """

    line: int
    kind: str
    dossier: Dossier | None = None
    cer: Cer | None = None
    events: list[Event] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    kept: list[Refused] = field(default_factory=list)
    refused: Refused | None = None
    asked: Matching | None = None
    nir: NirHash | None = field(default=None, repr=False)

    def names(self) -> list[LineNames]:
        """Whom the line names: who has a dossier, who would get one, who may be somebody."""
        if self.dossier is not None and self.kind == CREATED and self.cer is None:
            person = self.dossier.person
            born = person.date_naissance.isoformat()
            home = self.dossier.household.matricule
            return [LineNames(self.line, None, home, person.nom_naissance, person.prenoms[0], born)]
        known = {self.dossier.id} if self.dossier is not None else set()
        known |= {self.cer.dossier_id} if self.cer is not None else set()
        known |= set(self.asked.candidates) if self.asked is not None else set()
        return [LineNames(self.line, one) for one in sorted(known)]


@dataclass(frozen=True)
class Taking:
    """Applies lines by these rules at this moment. `signing` are the dossiers whose signature is under way.

    `met` are the lines that the dossiers of the batch were named by: one changes once.
    """

    rules: Rules
    at: datetime
    signing: frozenset[UUID] = frozenset()
    remaining: Remaining = field(default_factory=Remaining)
    by_hand: ByHand = field(default_factory=dict)
    met: dict[UUID, int] = field(default_factory=dict)

    def household(
        self, home: Household, lines: Sequence[Line], known: Sequence[Dossier], owners: dict[NirHash, list[UUID]]
    ) -> list[Outcome]:
        """The lines that name persons of one household, who are created where they are not known.

        `owners` are the dossiers that have the NIRs of the file; those of persons met here are added.
        """
        persons = [_person(line.said) for line in lines]
        complete = [
            Named(one, line.said.get("nir"))
            for line, one in zip(lines, persons, strict=True)
            if isinstance(one, Person)
        ]
        found = iter(identify(complete, known, owners, self.by_hand))
        outcomes: list[Outcome] = []
        for line, person in zip(lines, persons, strict=True):
            if isinstance(person, str):
                outcomes.append(_refused(line, "incomplete", _INCOMPLETE, person))
                continue
            matched = next(found)
            if matched.match is Match.AMBIGUOUS:
                asked = self._ask(line, home, person, matched.candidates)
                asked.rank = sum(one.asked is not None and one.asked.person.key == person.key for one in outcomes)
                outcomes.append(replace(refused(line, told_apart(line.number, matched)), asked=asked))
                continue
            outcomes.append(
                self._register(line, home, person)
                if matched.dossier is None
                else self.named(line, matched.dossier, person)
            )
            _own(owners, line, outcomes[-1].dossier)
        return outcomes

    def decided(self, line: Line, outcome: Outcome, matching: Matching | None, known: Sequence[Dossier]) -> Outcome:
        """What an agent said already of a line that no rule tells apart."""
        if matching is None or outcome.asked is None:
            return outcome
        if matching.state is MatchingState.IGNORED:
            return replace(outcome, refused=set_aside(line.number))
        dossier = next((one for one in known if one.current_id == matching.dossier_id), None)
        if matching.state is MatchingState.SAME and dossier is not None:
            return replace(self.named(line, dossier, outcome.asked.person), asked=outcome.asked)
        return outcome

    def _ask(self, line: Line, home: Household, person: Person, candidates: tuple[UUID, ...]) -> Matching:
        territory = line.said.get("territory", self.rules.territory) or UNASSIGNED_TERRITORY
        return Matching(home, person, 0, candidates, territory, self.rules.origin, line.number, self.at, self.at)

    def named(self, line: Line, found: Dossier, named: Person | None = None) -> Outcome:
        """A line about a person who has a dossier, with the names that it gives them where it is sure of the person.

        What it says of a dossier that was absorbed is for the one that remains, but for the names.
        """
        dossier = self.remaining.of(found)
        if (earlier := self.met.setdefault(dossier.id, line.number)) != line.number:
            return _refused(line, "conflict", _TWICE.format(earlier), "matricule")
        if dossier is found:
            return self._known(line, dossier, named)
        outcome = self._known(line, dossier, None)
        outcome.kept.append(told_of_merged(line.number))
        return outcome

    def _known(self, line: Line, dossier: Dossier, named: Person | None) -> Outcome:
        outcome = Outcome(line.number, UNCHANGED, dossier, nir=line.said.get("nir"))
        former = replace(dossier)
        person = _merged(_renamed(dossier.person, named), line.said)
        contact = self._contact(dossier, line, outcome.kept)
        territory = line.said.get("territory", self.rules.territory)
        outcome.events = list(dossier.take_in(person, contact, territory, Act(self.rules.origin, self.at)))
        if outcome.events:
            outcome.kind = CHANGED
            outcome.differences = differences(line.number, CHANGED, dossier.id, shown(former), shown(dossier))
        return outcome

    def _register(self, line: Line, home: Household, person: Person) -> Outcome:
        kept: list[Refused] = []
        contact = self._merge(Contact(), line, kept)
        territory = line.said.get("territory", self.rules.territory)
        dossier, event = Dossier.register(new_id(), home, person, territory, self.at, contact, by=self.rules.origin)
        outcome = Outcome(line.number, CREATED, dossier, events=[event], kept=kept, nir=line.said.get("nir"))
        outcome.differences = differences(line.number, CREATED, None, {}, shown(dossier))
        return outcome

    def _contact(self, dossier: Dossier, line: Line, kept: list[Refused]) -> Contact:
        contact = dossier.contact
        says = {"mail", "telephones"} & set(line.said)
        if not says:
            return contact
        merged = self._merge(contact, line, kept)
        if merged is contact:
            return contact
        code, reason = "", ""
        if dossier.id in self.signing:
            code, reason = "signature-under-way", _SIGNING
        elif self.rules.prefer == "agent" and _entered_since(contact, self.rules.file_date):
            code, reason = "agent-is-newer", _AGENT_IS_NEWER
        if not code:
            return merged
        kept += [Refused(line.number, code, reason, name) for name in merged.differs_from(contact)]
        return contact

    def _merge(self, contact: Contact, line: Line, kept: list[Refused]) -> Contact:
        numbers: Sequence[Telephone] = line.said.get("telephones", ())
        best = _best(numbers)
        if best is None or (not best.mobile and (contact.mobile is not None or best == contact.fixe)):
            best = contact.telephone
        changed = contact.changed(line.said.get("mail", contact.mail), best, self.at, self.rules.origin)
        beside = next((one for one in numbers if not one.mobile and one != best), changed.fixe)
        if {*numbers} - {best, beside}:
            kept.append(Refused(line.number, "number-left-out", _NO_PLACE, "telephones"))
        return changed.with_fixe(beside, self.at, self.rules.origin)


_TWICE = "La ligne {} parle de la même personne : gardez-en une."
_INCOMPLETE = "Pour créer un dossier, cette donnée est nécessaire."
_AGENT_IS_NEWER = "Un agent a saisi cette coordonnée après la date du fichier : elle est gardée."
_NO_PLACE = "Un dossier a un mobile et un fixe : un autre numéro de cette ligne n'y a pas de place."


def keys(lines: Sequence[Line]) -> set[PersonKey]:
    """What tells the persons whom the lines name in full."""
    persons = [_person(line.said) for line in lines]
    return {one.key for one in persons if isinstance(one, Person)}


def refused(line: Line, why: Refused) -> Outcome:
    """The outcome of a line that cannot be applied."""
    return Outcome(line.number, "refused", refused=why)


def _own(owners: dict[NirHash, list[UUID]], line: Line, dossier: Dossier | None) -> None:
    """Another household of the file may name the same person."""
    nir = line.said.get("nir")
    if nir is not None and dossier is not None and dossier.id not in owners[nir]:
        owners[nir].append(dossier.id)


def _renamed(known: Person, named: Person | None) -> Person:
    """Names that only differ by accents or case stay as they are."""
    if named is None or named.key == known.key:
        return known
    return replace(known, nom_naissance=named.nom_naissance, prenoms=named.prenoms, date_naissance=named.date_naissance)


def _refused(line: Line, code: str, reason: str, name: str) -> Outcome:
    return refused(line, Refused(line.number, code, reason, name))


def _entered_since(contact: Contact, file_date: datetime) -> bool:
    by = contact.changed_by or ""
    return contact.changed_at is not None and contact.changed_at > file_date and not by.startswith(IMPORT_PREFIX)


def _best(telephones: Sequence[Telephone]) -> Telephone | None:
    """The first mobile, else the first number: only a mobile receives a code by SMS."""
    return next((one for one in telephones if one.mobile), telephones[0] if telephones else None)


def _person(said: Mapping[str, Any]) -> Person | str:
    """A person to be created, or the name of what is missing."""
    sexe = said.get("sexe") or _SEXES.get(said.get("civilite", ""))
    civilite = said.get("civilite") or _CIVILITES.get(sexe or "")
    for name in ("nom_naissance", "prenoms", "date_naissance"):
        if name not in said:
            return name
    if sexe is None or civilite is None:
        return "civilite"
    nom_usage = said.get("nom_usage")
    return Person(
        civilite=civilite,
        sexe=sexe,
        nom_naissance=said["nom_naissance"],
        nom_usage=nom_usage if nom_usage and plain(nom_usage) != plain(said["nom_naissance"]) else None,
        prenoms=said["prenoms"],
        date_naissance=said["date_naissance"],
        adresse=said.get("adresse", ()),
        situation_familiale=said.get("situation_familiale"),
        date_entree_rsa=said.get("date_entree_rsa"),
    )


def _merged(known: Person, said: Mapping[str, Any]) -> Person:
    """The person with what the line says anew. Names that only differ by accents or case stay as they are."""
    changes = {name: said[name] for name in _PERSON if name in said}
    if plain(changes.get("nom_usage", "")) in {plain(known.nom_naissance), plain(known.nom_usage or "")}:
        changes.pop("nom_usage", None)
    return replace(known, **changes)
