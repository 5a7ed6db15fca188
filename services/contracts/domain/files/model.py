"""A pièce jointe: one scanned file of a dossier, from its reception to its deletion.

`en_analyse` until the virus scan, then `disponible` or `refuse`; `supprime` keeps who, when and what kind, no content.
Sources: the guide, « Objectifs » (the scanned request of a diagnostic) and the sizes and types of the département.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.contracts.domain.cers.model import Cer
from services.contracts.domain.cers.states import State as CerState
from services.contracts.domain.files.rules import FileHeld, FileNotAvailable
from services.contracts.domain.moves import Act
from shared.events.files import FileRef
from shared.kernel.errors import FieldProblem, ImpossibleMove, Invalid

MOST_OF_A_DOSSIER = 200
TITLE_LENGTH = 120


class Kind(StrEnum):
    """What the scan is. `cer_papier` is a CER vierge filled by hand."""

    DEMANDE_DIAGNOSTIC = "demande_diagnostic"
    IDENTITE = "identite"
    JUSTIFICATIF = "justificatif"
    CER_PAPIER = "cer_papier"
    AUTRE = "autre"


KIND_LABELS: Mapping[Kind, str] = {
    Kind.DEMANDE_DIAGNOSTIC: "Demande de diagnostic",
    Kind.IDENTITE: "Pièce d'identité",
    Kind.JUSTIFICATIF: "Justificatif",
    Kind.CER_PAPIER: "CER papier",
    Kind.AUTRE: "Autre pièce",
}


class AttachmentState(StrEnum):
    """Where a file stands."""

    EN_ANALYSE = "en_analyse"
    DISPONIBLE = "disponible"
    REFUSE = "refuse"
    SUPPRIME = "supprime"


STATE_LABELS: Mapping[AttachmentState, str] = {
    AttachmentState.EN_ANALYSE: "en cours d'analyse",
    AttachmentState.DISPONIBLE: "disponible",
    AttachmentState.REFUSE: "refusée",
    AttachmentState.SUPPRIME: "supprimée",
}

EXTENSIONS: Mapping[str, str] = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}

# Why a file was refused after its reception.
INFECTED, LOST = "infectee", "illisible"


@dataclass(frozen=True)
class Description:
    """What the agent says of a file. Without a title it is called by its kind."""

    kind: Kind
    diagnostic: str | None = None
    title: str = ""
    cer_id: UUID | None = None

    def check(self, diagnostics: Iterable[str], cers: Iterable[Cer]) -> None:
        """Raises Invalid: a diagnostic where none belongs or an unknown one, a CER of another dossier."""
        problems = []
        if self.kind is Kind.DEMANDE_DIAGNOSTIC and self.diagnostic not in set(diagnostics):
            problems.append(
                FieldProblem("diagnostic", "unknown-code", "Dites de quel diagnostic de la liste c'est la demande.")
            )
        if self.kind is not Kind.DEMANDE_DIAGNOSTIC and self.diagnostic is not None:
            problems.append(FieldProblem("diagnostic", "not-a-request", "Seule une demande de diagnostic en nomme un."))
        if self.cer_id is not None and self.cer_id not in {cer.id for cer in cers}:
            problems.append(FieldProblem("cer_id", "unknown-cer", "Ce CER n'est pas de ce dossier."))
        if problems:
            raise Invalid("La pièce n'est pas bien décrite : corrigez ce qui est indiqué.", problems)


@dataclass(frozen=True)
class Content:
    """The bytes kept, after the checks: their type is that of the content.

    `serial` is that of the CER vierge whose scan it is, when it could be read. It proves nothing: a sheet may have been
    photocopied, so two files may have the same.
    """

    content_type: str
    file: FileRef
    serial: str | None = None


@dataclass
class Attachment:
    """The aggregate. `code` says why it is refused, or why its analysis has to be tried again."""

    id: UUID
    dossier_id: UUID
    description: Description
    content: Content
    added: Act
    state: AttachmentState = AttachmentState.EN_ANALYSE
    code: str | None = None
    removed: Act | None = None
    version: int = 0

    @property
    def live(self) -> bool:
        """Whether the file itself is kept."""
        return self.state in {AttachmentState.EN_ANALYSE, AttachmentState.DISPONIBLE}

    @property
    def filename(self) -> str:
        """A name to save it under that tells nobody's story."""
        words = (self.description.kind.value, self.description.diagnostic, self.id.hex[-8:])
        stem = "-".join(word for word in words if word).replace("_", "-")
        return f"{stem}.{EXTENSIONS[self.content.content_type]}"

    def clean(self) -> bool:
        """The scan found nothing; says whether that still changes anything."""
        if self.state is not AttachmentState.EN_ANALYSE:
            return False
        self.state, self.code = AttachmentState.DISPONIBLE, None
        return True

    def refuse(self, code: str) -> bool:
        """Infected, or lost before it could be scanned; says whether that still changes anything."""
        if self.state is not AttachmentState.EN_ANALYSE:
            return False
        self.state, self.code = AttachmentState.REFUSE, code
        return True

    def delayed(self, code: str) -> bool:
        """The scan has to be tried again; says whether that is news."""
        if self.state is not AttachmentState.EN_ANALYSE or self.code == code:
            return False
        self.code = code
        return True

    def describe(self, description: Description, cers: Iterable[Cer]) -> bool:
        """Says otherwise what the file is; tells whether it differs. Raises ImpossibleMove, FileHeld."""
        if not self.live:
            raise ImpossibleMove(f"Cette pièce est {STATE_LABELS[self.state]} : ajoutez-en une autre.")
        if description == self.description:
            return False
        self.refuse_held(cers, "modifier")
        self.description = description
        return True

    def remove(self, act: Act, cers: Iterable[Cer]) -> None:
        """Deletes the file; who, when and what kind stay. Raises ImpossibleMove, FileHeld."""
        if self.state is AttachmentState.SUPPRIME:
            raise ImpossibleMove("Cette pièce est déjà supprimée.")
        self.refuse_held(cers, "supprimer")
        self.state, self.removed, self.code = AttachmentState.SUPPRIME, act, None
        self.description = Description(self.description.kind, self.description.diagnostic, "", self.description.cer_id)

    def refuse_unless_available(self) -> None:
        """Raises FileNotAvailable, with why."""
        if self.state is AttachmentState.DISPONIBLE:
            return
        what = {
            AttachmentState.EN_ANALYSE: "réessayez dans un instant",
            AttachmentState.REFUSE: "numérisez de nouveau le document depuis un poste sain",
            AttachmentState.SUPPRIME: "son contenu n'est plus conservé",
        }[self.state]
        raise FileNotAvailable(f"Cette pièce est {STATE_LABELS[self.state]} : {what}.")

    def refuse_held(self, cers: Iterable[Cer], verb: str) -> None:
        """Raises FileHeld while a submitted CER relies on the file."""
        if self.live and any(self._is_held_by(cer) for cer in cers):
            raise FileHeld(
                f"Un CER soumis s'appuie sur cette pièce : impossible de la {verb}. Le service insertion peut le "
                "retourner pour complément."
            )

    def _is_held_by(self, cer: Cer) -> bool:
        """Tied to a CER that is no proposition any more, or among what its submission was accepted on."""
        if cer.state in {CerState.PROPOSITION, CerState.SUPPRIME}:
            return False
        if cer.id == self.description.cer_id:
            return True
        mobilised = {code for objective in cer.draft.objectives for code in objective.diagnostics}
        there = cer.submitted_at is None or self.added.at <= cer.submitted_at
        return self.description.diagnostic in mobilised and there
