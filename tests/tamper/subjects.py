"""What is forged: PDFs sealed at each level, another authority's, and the means of whoever forges."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.signature.adapters.archiving import Timestamping, archived
from services.signature.adapters.seal_keys import FileKey, load_certificates
from services.signature.adapters.seal_options import Level
from services.signature.adapters.sealing import PadesSeal
from services.signature.adapters.trusting import Trust
from tests.builders.pki import Authority, serving
from tests.builders.signature import pdf


@dataclass(frozen=True)
class Subject:
    """A sealed PDF, and the earlier states of it that were just as sealed: giving one of those back is no forgery."""

    name: str
    content: bytes
    earlier: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Workshop:
    """What is forged, and with what: a seal and a timestamp of the forger's own, under the same names."""

    subjects: tuple[Subject, ...]
    trust: Trust
    now: datetime
    stamping: Timestamping
    forger: PadesSeal
    forgers_time: Timestamping
    forgers_trust: Trust


@contextmanager
def workshop() -> Iterator[Workshop]:
    """Everything that forging needs; authorities answer as long as it is open."""
    with serving() as ours, serving() as theirs, tempfile.TemporaryDirectory() as folder:
        trust, key, stamping = _set_up(ours, Path(folder) / "ours")
        other, forged, their_stamping = _set_up(theirs, Path(folder) / "theirs")
        seals = {level: PadesSeal(key, trust.roots, level, stamping) for level in Level}
        subjects = [
            Subject(level, seals[level].seal(pdf(), "reference")) for level in Level if level is not Level.B_LTA
        ]
        long_term = subjects[-1]
        once = archived(long_term.content, stamping, trust.roots)
        twice = archived(once, stamping, trust.roots)
        subjects.append(Subject("b-lta", once, (long_term.content,)))
        subjects.append(Subject("renewed", twice, (long_term.content, once)))
        forger = PadesSeal(forged, other.roots)
        yield Workshop(tuple(subjects), trust, ours.now, stamping, forger, their_stamping, other)


def _set_up(authority: Authority, folder: Path) -> tuple[Trust, FileKey, Timestamping]:
    folder.mkdir()
    authority.seal(folder)
    roots = load_certificates(folder / "seal-root.pem")
    return Trust(roots, roots), FileKey(folder), Timestamping(f"{authority.url}/tsa", roots)
