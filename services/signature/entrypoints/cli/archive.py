"""One sealed file, made to last: which need it, what can be done, and how it is said."""

from dataclasses import dataclass
from datetime import datetime

from services.signature.adapters.archiving import Timestamping, archived
from services.signature.adapters.department_seal import AUTHORITY_ERRORS
from services.signature.adapters.seal_options import Level
from services.signature.adapters.trusting import Trust
from services.signature.adapters.verifying import Verdict, Verification, verify
from services.signature.entrypoints.cli.report import report
from shared.kernel.clock import PARIS


@dataclass(frozen=True)
class Extension:
    """What became of a file: `content` is the longer one, verified, if there is one; `said` tells it, in French.

    `until` is when its last proof ends now, if it is intact. `well`: nothing is left to be done.
    """

    content: bytes | None
    said: list[str]
    until: datetime | None = None
    well: bool = False


@dataclass(frozen=True)
class Archive:
    """With what files are extended, and which of them need it: those whose last proof ends before `before`."""

    trust: Trust
    stamping: Timestamping
    now: datetime
    before: datetime

    def extended(self, pdf: bytes) -> Extension:
        """The file with one more timestamp, where it needs one. For a thread where no event loop runs."""
        found = verify(pdf, self.trust, self.now)
        if found.verdict is not Verdict.INTACT:
            return Extension(None, report(found))
        if found.level is Level.B_LTA and found.until is not None and found.until > self.before:
            enough = f"Rien à faire : vérifiable jusqu'au {found.until.astimezone(PARIS):%d/%m/%Y}."
            return Extension(None, [enough], found.until, well=True)
        try:
            longer = archived(pdf, self.stamping, self.trust.roots)
        except AUTHORITY_ERRORS as error:
            away = f"L'autorité d'horodatage ou de révocation n'a pas répondu ({type(error).__name__})."
            return Extension(None, [away], found.until)
        after = verify(longer, self.trust, self.now)
        if after.verdict is not Verdict.INTACT:
            left = "Le résultat ne se vérifie pas ; le fichier est laissé tel quel."
            return Extension(None, [left, *report(after)], found.until)
        if found.level is Level.B_LTA and _not_later(after, found):
            return Extension(None, [_NO_LONGER], found.until)
        return Extension(longer, report(after), after.until, well=True)


_NO_LONGER = (
    "Un horodatage de plus ne prolongerait rien : le certificat ou les algorithmes de l'autorité finissent aussi tôt. "
    "Changez d'autorité d'horodatage ; le fichier est laissé tel quel."
)


def _not_later(after: Verification, before: Verification) -> bool:
    return after.until is not None and before.until is not None and after.until <= before.until
