"""What is said to the référent beside a saved CER: never a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.contracts.domain.cers.accord import Accord
from services.contracts.domain.cers.dates import unusual_dates
from services.contracts.domain.cers.draft import Draft, Nature
from services.contracts.domain.cers.model import Cer
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
        starts_before_its_end = self.date_fin is None or draft.date_debut <= self.date_fin
        ends_after_its_start = draft.date_fin is None or draft.date_fin >= self.date_debut
        return starts_before_its_end and ends_after_its_start


def next_numero(neighbours: Sequence[Neighbour]) -> int:
    """The number to propose: last + 1, from 1. The guide leaves numbering free."""
    return max((neighbour.numero for neighbour in neighbours), default=0) + 1


def notices(cer: Cer, contact: Contact, neighbours: Sequence[Neighbour]) -> list[FieldProblem]:
    """All that is worth saying of a proposition; nothing once it was submitted."""
    if cer.state is not State.PROPOSITION:
        return []
    return [*unusual_dates(cer.draft), *_numbering(cer.draft, neighbours), *_reaching(cer, contact)]


def _numbering(draft: Draft, neighbours: Sequence[Neighbour]) -> list[FieldProblem]:
    said = []
    if any(neighbour.numero == draft.numero for neighbour in neighbours):
        said.append(FieldProblem("numero", "repeated", "Un autre CER de ce dossier porte déjà ce numéro."))
    if draft.nature is not Nature.MODIFICATION and any(neighbour.overlaps(draft) for neighbour in neighbours):
        said.append(FieldProblem("date_debut", "overlap", "Un CER validé couvre déjà une partie de cette période."))
    return said


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
