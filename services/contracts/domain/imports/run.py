"""One import of one file: where it stands, how far it came, and what may be done with it next."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.contracts.domain.imports.flow import Refused
from services.contracts.domain.imports.lines import Kind, LineReport
from shared.kernel.errors import Invalid, Refusal


class RunState(StrEnum):
    """`previewing` and `applying` are at work; `ready` waits for somebody to apply it."""

    PREVIEWING = "previewing"
    READY = "ready"
    APPLYING = "applying"
    APPLIED = "applied"
    EXPIRED = "expired"


class ImportNotReady(Refusal):
    """The import is not at the point that this asks for."""

    code = "import-not-ready"
    title = "Import pas encore prêt"


class ImportExpired(Refusal):
    """What was staged is deleted after its term."""

    code = "import-expired"
    title = "Import expiré"


class ImportTooLarge(Refusal):
    """More bytes than an import over HTTP may have (RFC 9110 §15.5.14)."""

    code = "import-too-large"
    title = "Fichier trop volumineux"
    status = 413


class ImportUnreadable(Invalid):
    """The file cannot be read to its end, or not kept without what must not be: nothing of it is."""

    code = "import-unreadable"
    title = "Fichier illisible"


class ImportCut(Refusal):
    """The sender left before the file was whole."""

    code = "import-cut"
    title = "Envoi interrompu"
    status = 400


# Who made a run that has no staged file: the command reads its own.
COMMAND = "command"
_GONE = (
    "Ce qui avait été déposé n'est plus là : son délai est passé, ou une personne que nomme le fichier a été effacée. "
    "Déposez le fichier de nouveau, sans cette personne."
)


@dataclass
class Run:
    """The aggregate. `position` is the last line whose effect is committed; `version` that of the stored row."""

    id: UUID
    kind: Kind
    mapping: str
    mapping_text: str
    file_name: str
    sha256: str
    size: int
    file_date: datetime
    territory: str | None
    created_by: str
    created_at: datetime
    expires_at: datetime
    state: RunState = RunState.PREVIEWING
    position: int = 0
    report: LineReport = field(default_factory=LineReport)
    version: int = 0

    def previewed(self) -> None:
        """Every difference is known."""
        self.state = RunState.READY

    def start_applying(self, now: datetime) -> None:
        """From the first line on. Raises ImportNotReady, ImportExpired."""
        self.refuse_expired(now)
        if self.state is not RunState.READY:
            raise ImportNotReady("Cet import n'est pas à appliquer : attendez la fin de son essai, ou voyez son état.")
        self.restart()

    def restart(self) -> None:
        """Applies the file anew: what it says is already there changes nothing."""
        self.state, self.position, self.report = RunState.APPLYING, 0, LineReport()

    def interrupt(self, why: Refused) -> None:
        """It rests where it is: what it asks for cannot be done."""
        self.report.interrupted = why
        self.state = RunState.READY if self.state is RunState.PREVIEWING else RunState.APPLIED

    def applied(self) -> None:
        """The file was read to its end."""
        self.state = RunState.APPLIED

    def refuse_expired(self, now: datetime) -> None:
        """Raises ImportExpired once the term has passed."""
        if self.state is RunState.EXPIRED or now >= self.expires_at:
            self.refuse_gone()

    def refuse_gone(self) -> None:
        """What was staged is there no longer. Raises ImportExpired."""
        raise ImportExpired(_GONE)

    def lose_file(self) -> None:
        """It rests where it is, its file taken away by an erasure."""
        self.interrupt(Refused(self.position, ImportExpired.code, _GONE))
