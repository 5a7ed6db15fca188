"""What is said to the référent beside a saved CER: never a refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.contracts.domain.cers.accord import Accord
from services.contracts.domain.cers.dates import unusual_dates
from services.contracts.domain.cers.draft import Draft, Nature
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.signing import SigningState
from services.contracts.domain.cers.states import State
from services.contracts.domain.dossiers.contact import Contact
from shared.kernel.errors import FieldProblem


@dataclass(frozen=True)
class Neighbour:
    """Another CER of the same dossier, deleted ones left out."""

    numero: int
    state: State
    date_debut: date | None
    date_fin: date | None

    def overlaps(self, draft: Draft) -> bool:
        """Whether both would be in force on a same day; a period without an end has none."""
        if self.state is not State.VALIDE or self.date_debut is None or draft.date_debut is None:
            return False
        if self.date_fin is not None and self.date_fin < self.date_debut:  # replaced from its first day
            return False
        starts_before_its_end = self.date_fin is None or draft.date_debut <= self.date_fin
        ends_after_its_start = draft.date_fin is None or draft.date_fin >= self.date_debut
        return starts_before_its_end and ends_after_its_start

    def is_replaced_by(self, draft: Draft) -> bool:
        """Whether this modification, once valid, would end it: it is in force when the modification starts."""
        return (
            self.overlaps(draft) and self.date_debut is not None and self.date_debut <= (draft.date_debut or date.min)
        )


def next_numero(neighbours: Sequence[Neighbour]) -> int:
    """The number to propose: last + 1, from 1. The guide leaves numbering free."""
    return max((neighbour.numero for neighbour in neighbours), default=0) + 1


def notices(cer: Cer, contact: Contact, neighbours: Sequence[Neighbour]) -> list[FieldProblem]:
    """All that is worth saying: of a proposition everything, then of its number and dates; nothing of a dead one."""
    if cer.state in {State.NON_VALIDE, State.SUPPRIME}:
        return []
    said = [*unusual_dates(cer.draft), *_numbering(cer.draft, neighbours), *_overlapping(cer, neighbours)]
    if cer.state is State.PROPOSITION:
        said += [*_reaching(cer, contact), *_ending(cer)]
    return said


def _numbering(draft: Draft, neighbours: Sequence[Neighbour]) -> list[FieldProblem]:
    said = []
    if any(neighbour.numero == draft.numero for neighbour in neighbours):
        said.append(FieldProblem("numero", "repeated", "Un autre CER de ce dossier porte déjà ce numéro."))
    return said


def _overlapping(cer: Cer, neighbours: Sequence[Neighbour]) -> list[FieldProblem]:
    """A modification ends the CER in force the day before its start: with that one alone it does not overlap."""
    draft = cer.draft
    overlapping = [neighbour for neighbour in neighbours if neighbour.overlaps(draft)]
    said = []
    if draft.nature is Nature.MODIFICATION and cer.state is not State.VALIDE:
        left = [neighbour for neighbour in overlapping if not neighbour.is_replaced_by(draft)]
        if draft.date_debut is not None and len(left) == len(overlapping):
            said.append(
                FieldProblem("nature", "nothing-to-modify", "Aucun CER validé n'est en cours à cette date de début.")
            )
        overlapping = left
    if overlapping:
        said.append(FieldProblem("date_debut", "overlap", "Un CER validé couvre déjà une partie de cette période."))
    return said


_AGAIN = "relancez la signature, ou recueillez l'accord par la case à cocher"
_ENDINGS: Mapping[str, str] = {
    "refused": f"La personne a refusé de signer : reprenez le CER avec elle, puis {_AGAIN}.",
    "expired": f"La personne n'a pas signé à temps : {_AGAIN}.",
    "cancelled": f"La signature a été annulée : {_AGAIN}.",
    "deadline": f"La signature est restée sans réponse : {_AGAIN}.",
    "reopened": f"La signature a été annulée par la réouverture : {_AGAIN}.",
    "too-many-tries": f"Trop de codes faux : {_AGAIN}.",
}


def _ending(cer: Cer) -> list[FieldProblem]:
    """How the last attempt ended without a signature, while the accord is still to be given."""
    ending = cer.signing.ending
    if cer.signing.state is not SigningState.NONE or ending is None or cer.accord is not Accord.NC:
        return []
    said = _ENDINGS.get(ending, f"La signature n'a pas abouti : {_AGAIN}.")
    return [FieldProblem("accord", f"signature-{ending}", f"{said} L'accord est resté à « NC ».")]


def _reaching(cer: Cer, contact: Contact) -> list[FieldProblem]:
    said = []
    if contact.mobile is None:
        said.append(
            FieldProblem(
                "dossier.telephone",
                "mobile-missing",
                "Pas de mobile connu : complétez l'identité pour une signature par SMS.",
            )
        )
    if contact.mail is None:
        said.append(
            FieldProblem(
                "dossier.mail", "mail-missing", "Pas de mail connu : complétez l'identité pour l'envoi du CER."
            )
        )
    by_box = cer.accord in {Accord.OUI_CASE, Accord.NON_CASE}
    if by_box and contact.mobile is not None and not cer.draft.no_phone_at_interview:
        said.append(
            FieldProblem(
                "accord",
                "sms-possible",
                "Un mobile est connu : la signature par SMS est préférable, sauf si la personne n'a pas son téléphone "
                "à l'entretien.",
            )
        )
    return said
