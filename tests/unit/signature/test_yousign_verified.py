"""What the command says of a file that was signed at Yousign: from the file alone, and with its evidence."""

import asyncio
import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from typer.testing import CliRunner, Result

from services.signature.adapters.department_seal import DepartmentSeal
from services.signature.adapters.seal_keys import load_certificates
from services.signature.adapters.seal_options import Level, SealOptions
from services.signature.adapters.verifying import Verdict
from services.signature.adapters.yousign.judging import judge
from services.signature.domain.yousign.evidence import FORMAT
from services.signature.entrypoints.cli import app
from tests.builders.evidence import addendum_of, told
from tests.builders.pki import DAY, Authority, serving
from tests.builders.signature import own_seal, pdf
from tests.fixtures.yousign.account import Account, rewritten


@dataclass
class Desk:
    """A folder in which the command is called, and Yousign's account."""

    folder: Path
    account: Account

    def signed(self, content: bytes | None = None) -> bytes:
        return asyncio.run(self.account.sealed(content or pdf()))

    def verify(self, content: bytes, *more: str) -> Result:
        (self.folder / "cer.pdf").write_bytes(content)
        (self.folder / "yousign.pem").write_bytes(self.account.authority.root_pem)
        root, there = str(own_seal() / "seal-root.pem"), str(self.folder / "yousign.pem")
        given = ["verify", str(self.folder / "cer.pdf"), "--root", root, "--yousign-certificate", there]
        return CliRunner().invoke(app, [*given, *more])

    def beside(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return str(self.folder / name)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, Account(tmp_path / "yousign"))


def evidence(document: bytes, *, begins: bool = True, **changes: Any) -> dict[str, Any]:
    """What the Département would have kept of it."""
    known = {
        name: told()[name] for name in ("drawn_up_at", "signature_id", "cer", "person", "referent", "phone", "steps")
    }
    shown = {"sha256": hashlib.sha256(pdf()).hexdigest(), "size": len(pdf())}
    sealed = {"sha256": hashlib.sha256(document).hexdigest(), "size": len(document)}
    own: dict[str, Any] = {
        "format": FORMAT,
        "shown": shown,
        "sealed": sealed | {"signed_by": ["YOUSIGN - essai"], "begins_with_shown": begins},
        "provider": {"name": "yousign", "signature_request_id": "6f7001fc"},
        "signed_at": "2026-03-12T09:33:00+00:00",
        "audit_trail": {"pdf": base64.b64encode(b"%PDF-").decode()},
    }
    return known | own | changes


def department() -> DepartmentSeal:
    return DepartmentSeal.load(own_seal(), SealOptions())


def test_from_the_file_alone_it_says_who_signed_since_when_and_what_it_does_not_establish(desk: Desk) -> None:
    found = desk.verify(desk.signed())

    assert found.exit_code == 0
    assert found.stdout.startswith("SIGNÉ CHEZ YOUSIGN, INTACT")
    assert "Signé sous le nom de : YOUSIGN - essai." in found.stdout
    assert "heure déclarée par le signataire ; aucune autorité ne l'atteste" in found.stdout
    assert "Révocation : non vérifiée" in found.stdout
    assert "est établi par le dossier de preuve et par l'enregistrement de Yousign" in found.stdout
    assert "Vérifiable par ce seul fichier" not in found.stdout


def updated(signed: bytes) -> bytes:
    """The catalog gains something, by an update that nobody signed."""
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    writer.root["/More"] = generic.pdf_string("more")
    writer.update_root()
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def test_a_byte_that_changed_or_came_after_is_told(desk: Desk) -> None:
    signed = desk.signed()
    place = signed.index(b"%PDF") + 200

    altered = desk.verify(signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :])
    longer = desk.verify(updated(signed))

    assert (altered.exit_code, altered.stdout.startswith("SIGNÉ CHEZ YOUSIGN, ALTÉRÉ")) == (1, True)
    assert (longer.exit_code, longer.stdout.startswith("SIGNÉ CHEZ YOUSIGN, MODIFIÉ APRÈS COUP")) == (6, True)


def test_a_file_of_another_under_yousigns_name_is_unknown(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    forger = Account(tmp_path / "other" / "yousign")

    found = desk.verify(asyncio.run(forger.sealed(pdf())))

    assert (found.exit_code, "INTACT" in found.stdout) == (2, False)
    assert "INCONNU" in found.stdout


def test_without_yousigns_certificates_nothing_is_said_of_yousign(desk: Desk) -> None:
    (desk.folder / "cer.pdf").write_bytes(desk.signed())
    root = str(own_seal() / "seal-root.pem")

    found = CliRunner().invoke(app, ["verify", str(desk.folder / "cer.pdf"), "--root", root])

    assert found.exit_code in {1, 2}
    assert "YOUSIGN" not in found.stdout


def test_our_own_seal_is_judged_as_ever_with_yousigns_certificates_beside(desk: Desk) -> None:
    found = desk.verify(department().seal(pdf(), "reference"))

    assert (found.exit_code, found.stdout.startswith("INTACT")) == (0, True)


def test_yousigns_certificates_alone_are_enough_for_yousigns_file(desk: Desk) -> None:
    file, there = desk.beside("cer.pdf", desk.signed()), desk.beside("root.pem", desk.account.authority.root_pem)

    assert CliRunner().invoke(app, ["verify", file, "--yousign-certificate", there]).exit_code == 0


@pytest.mark.parametrize("begins", [True, False])
def test_the_evidence_is_held_against_it_and_an_addendum_against_that(desk: Desk, begins: bool) -> None:
    signed = desk.signed(pdf() if begins else rewritten(pdf()))
    written, _ = department().evidence(evidence(signed, begins=begins))
    proof = desk.beside("proof.json", written)
    addendum = desk.beside("addendum.json", department().evidence(addendum_of(written))[0])

    found = desk.verify(signed, "--evidence", proof, "--addendum", addendum)

    assert found.exit_code == 0
    assert "DOSSIER DE PREUVE CONCORDANT" in found.stdout
    assert "signé chez Yousign le 12/03/2026 à 10 h 33, demande 6f7001fc, par un code envoyé au 06" in found.stdout
    assert ("Yousign a récrit le fichier" in found.stdout) is not begins
    assert "ADDITIF CONCORDANT" in found.stdout


def test_an_evidence_of_another_file_or_of_other_pages_is_told(desk: Desk) -> None:
    signed = desk.signed()
    of_another, _ = department().evidence(evidence(signed + b" "))
    not_shown, _ = department().evidence(evidence(signed, shown={"sha256": "0" * 64, "size": 9}))

    for written in (of_another, not_shown):
        found = desk.verify(signed, "--evidence", desk.beside("proof.json", written))
        assert (found.exit_code, "DOSSIER DE PREUVE D'UN AUTRE DOCUMENT" in found.stdout) == (9, True)


@pytest.fixture
def authority() -> Iterator[Authority]:
    with serving() as answering:
        yield answering


def test_what_an_authority_saw_is_judged_at_that_instant(authority: Authority, tmp_path: Path) -> None:
    folder = tmp_path / "seal"
    folder.mkdir()
    authority.seal(folder, "YOUSIGN - essai", life=30 * DAY)
    roots = load_certificates(folder / "seal-root.pem")
    later = datetime.now(UTC) + 60 * DAY

    def made(options: SealOptions) -> bytes:
        return DepartmentSeal.load(folder, options).seal(pdf(), "reference")

    stamped = judge(made(SealOptions(Level.B_T, f"{authority.url}/tsa", 30.0)), roots, later)
    alone = judge(made(SealOptions()), roots, later)

    assert stamped is not None
    assert alone is not None
    assert (stamped.verdict, stamped.stamp is not None) == (Verdict.INTACT, True)
    assert (alone.verdict, alone.signed_by) == (Verdict.EXPIRED, ("YOUSIGN - essai",))
