"""What is forged: PDFs sealed at each level, another authority's, and the means of whoever forges."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.signature.adapters.archiving import Timestamping, archived
from services.signature.adapters.department_seal import DepartmentSeal
from services.signature.adapters.dossier_reading import signed_json
from services.signature.adapters.seal_keys import FileKey, load_certificates
from services.signature.adapters.seal_options import Level, SealOptions
from services.signature.adapters.sealing import PadesSeal
from services.signature.adapters.trusting import Trust
from tests.builders.evidence import addendum_of, evidence_of
from tests.builders.pki import Authority, serving
from tests.builders.signature import pdf


@dataclass(frozen=True)
class Subject:
    """A sealed PDF, and the earlier states of it that were just as sealed: giving one of those back is no forgery."""

    name: str
    content: bytes
    earlier: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Proven:
    """A sealed CER with its evidence, as signed JSON and as the dossier that carries it, and what came later."""

    name: str
    document: bytes
    written: bytes
    dossier: bytes
    addendum: bytes


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
    proven: tuple[Proven, ...]
    forgers_proof: Proven
    forgers_addendum: bytes


@contextmanager
def workshop() -> Iterator[Workshop]:
    """Everything that forging needs; authorities answer as long as it is open."""
    with serving() as ours, serving() as theirs, tempfile.TemporaryDirectory() as folder:
        trust, key, stamping = _set_up(ours, Path(folder) / "ours")
        other, forged, their_stamping = _set_up(theirs, Path(folder) / "theirs")
        desk, theirs_desk = (_desk(one, Path(folder) / name) for one, name in ((ours, "ours"), (theirs, "theirs")))
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
        proven = tuple(_proven(name, desk.seal(pdf(), name), desk) for name in ("first", "second"))
        forgers = _proven("first", proven[0].document, theirs_desk)
        yield Workshop(
            tuple(subjects),
            trust,
            ours.now,
            stamping,
            forger,
            their_stamping,
            other,
            proven,
            forgers_proof=forgers,
            forgers_addendum=theirs_desk.evidence(addendum_of(proven[0].written))[0],
        )


def _desk(authority: Authority, folder: Path) -> DepartmentSeal:
    return DepartmentSeal.load(folder, SealOptions(tsa_url=f"{authority.url}/tsa", tsa_timeout_seconds=30.0))


def _proven(name: str, document: bytes, desk: DepartmentSeal) -> Proven:
    dossier = desk.dossier(evidence_of(document, signature_id=name))
    written = signed_json(dossier)
    return Proven(name, document, written, dossier, desk.evidence(addendum_of(written))[0])


def _set_up(authority: Authority, folder: Path) -> tuple[Trust, FileKey, Timestamping]:
    folder.mkdir()
    authority.seal(folder)
    roots = load_certificates(folder / "seal-root.pem")
    return Trust(roots, roots), FileKey(folder), Timestamping(f"{authority.url}/tsa", roots)
