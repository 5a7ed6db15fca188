"""CERs taken over from the software that came before: number, dates, state, « dernier contrat », and no text.

Renewals need to know when they end. They bear their origin, are signed by nobody here, and no edition is made of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.contracts.domain.cers.draft import Draft, Nature
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.states import State
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.moves import Act, Move
from shared.events.imported import CerImported
from shared.events.sealed import seal
from shared.kernel.clock import legal_date
from shared.kernel.errors import FieldProblem, Invalid

VERB = "import"
_FIRST, _LAST = 1990, 2100  # as for every CER
_DATES = ("date_signature", "date_debut", "date_fin")


@dataclass(frozen=True)
class Former:
    """A CER as another software kept it. `source` and `external_id` tell it again."""

    source: str
    external_id: str
    numero: int
    nature: Nature
    date_debut: date
    state: State
    date_signature: date | None = None
    date_fin: date | None = None
    dernier_contrat: bool = False

    @classmethod
    def of(cls, source: str, said: Mapping[str, Any]) -> "Former":
        """From what a line says."""
        return cls(
            source=source,
            external_id=said["external_id"],
            numero=said["numero"],
            nature=Nature(said["nature"]),
            state=State(said["state"]),
            date_debut=said["date_debut"],
            date_signature=said.get("date_signature"),
            date_fin=said.get("date_fin"),
            dernier_contrat=said.get("dernier_contrat", False),
        )

    def checked(self, act: Act) -> Draft:
        """What of it has a place in a CER. Raises Invalid."""
        if problems := self.problems(act):
            raise Invalid("Les dates de ce CER ne sont pas possibles.", problems)
        return Draft(
            numero=self.numero,
            nature=self.nature,
            date_signature=self.date_signature,
            date_debut=self.date_debut,
            date_fin=self.date_fin,
            dernier_contrat=self.dernier_contrat,
        )

    def problems(self, act: Act) -> list[FieldProblem]:
        """What no CER can have: dates are otherwise taken as the other software kept them."""
        found = []
        if self.date_fin is not None and self.date_fin <= self.date_debut:
            found.append(FieldProblem("date_fin", "before-start", "La date de fin doit être après la date de début."))
        if self.date_signature is not None and self.date_signature > legal_date(act.at):
            found.append(FieldProblem("date_signature", "future", "La date de signature ne peut pas être à venir."))
        unlikely = [name for name in _DATES if (day := getattr(self, name)) and not _FIRST <= day.year <= _LAST]
        return found + [FieldProblem(name, "date", "Cette date n'est pas vraisemblable.") for name in unlikely]

    def final_outcome(self, cer: Cer) -> list[FieldProblem]:
        """Another outcome than the one that was taken over: it is final, whoever decided it."""
        if cer.state is self.state:
            return []
        return [FieldProblem("state", "final-outcome", _FINAL)]


_FINAL = (
    "Ce CER a été repris avec une autre issue, qui est définitive : la ligne n'est pas reprise. "
    "Vérifiez l'issue dans l'autre logiciel."
)


@dataclass(frozen=True)
class Again:
    """What another import of the same CER does: its events, or the fields in which it stays as it is here."""

    events: Sequence[CerImported] = ()
    kept: Sequence[str] = ()


def take_over(cer_id: UUID, dossier: Dossier, former: Former, act: Act) -> tuple[Cer, CerImported]:
    """The CER, valid or not as it was decided elsewhere. Raises Invalid."""
    cer = Cer(cer_id, dossier.id, former.checked(act), act.by, act.at, state=former.state)
    cer.moves.append(Move(VERB, None, cer.state, act, {"source": former.source}))
    return cer, _told(cer, dossier, former)


def take_over_again(cer: Cer, dossier: Dossier, former: Former, act: Act, *, touched: bool) -> Again:
    """What the other software says of it now; nothing when nothing differs. Raises Invalid.

    `touched`: something was done here since, which no import undoes.
    """
    draft = former.checked(act)
    if problems := former.final_outcome(cer):
        raise Invalid("L'issue de ce CER est définitive.", problems)
    changed = draft.changed_from(cer.draft)
    if touched or not changed:
        return Again(kept=changed)
    cer.moves.append(Move(VERB, cer.state, cer.state, act, {"source": former.source, "changed": changed}))
    cer.draft = draft
    return Again([_told(cer, dossier, former)])


def _told(cer: Cer, dossier: Dossier, former: Former) -> CerImported:
    return CerImported(
        aggregate_version=cer.version + 1,
        cer_id=cer.id,
        dossier_id=dossier.id,
        numero=cer.draft.numero,
        nature=cer.draft.nature.value,
        territory=dossier.territory,
        referent_id=dossier.referent_id,
        state=cer.state.value,
        date_signature=former.date_signature,
        date_debut=former.date_debut,
        date_fin=former.date_fin,
        dernier_contrat=former.dernier_contrat,
        source=former.source,
        identity=seal(dossier.identity()),
    )
