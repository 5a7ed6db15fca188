"""Seals with a trusted time and their own proofs, against an authority in this process: what each level establishes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.signature.adapters.confronting import Match, confront
from services.signature.adapters.department_seal import DepartmentSeal, load_trust
from services.signature.adapters.evidence_file import signed_evidence
from services.signature.adapters.seal_keys import FileKey
from services.signature.adapters.seal_options import Level, SealOptions
from services.signature.adapters.verifying import Verdict, Verification, verify
from services.signature.application.ports import AuthorityAwayError
from services.signature.entrypoints.cli import app
from tests.builders.evidence import evidence_of
from tests.builders.pki import DAY, Authority, serving
from tests.builders.signature import pdf


@pytest.fixture
def authority() -> Iterator[Authority]:
    with serving() as answering:
        yield answering


def seal(authority: Authority, folder: Path, level: Level, life: timedelta = 3 * 365 * DAY) -> tuple[bytes, int]:
    """A sealed PDF and the serial number of its certificate; the key folder stays."""
    serial = authority.seal(folder, life=life)
    return sealer(authority, folder, level).seal(pdf(), "reference"), serial


def sealer(authority: Authority, folder: Path, level: Level) -> DepartmentSeal:
    return DepartmentSeal.load(folder, SealOptions(level, f"{authority.url}/tsa", 30.0))


def judged(content: bytes, folder: Path, now: datetime) -> Verification:
    return verify(content, load_trust(folder), now)


@pytest.mark.parametrize("level", list(Level))
def test_each_level_is_found_again_and_the_shown_document_stands_in_it(
    authority: Authority, tmp_path: Path, level: Level
) -> None:
    sealed, _ = seal(authority, tmp_path, level)
    found = judged(sealed, tmp_path, authority.now)

    assert (found.verdict, found.level) == (Verdict.INTACT, level)
    assert (found.stamp is None) == (level is Level.B_B)
    assert sealed.startswith(pdf())


@pytest.mark.parametrize(("level", "verdict"), [(Level.B_B, Verdict.EXPIRED), (Level.B_T, Verdict.INTACT)])
def test_only_a_trusted_time_outlives_the_certificate(
    authority: Authority, tmp_path: Path, level: Level, verdict: Verdict
) -> None:
    sealed, _ = seal(authority, tmp_path, level, life=2 * DAY)

    assert judged(sealed, tmp_path, authority.now + DAY).verdict is Verdict.INTACT
    assert judged(sealed, tmp_path, authority.now + 30 * DAY).verdict is verdict


def test_a_timestamp_whose_authority_is_unknown_says_nothing_and_one_that_expired_neither(
    authority: Authority, tmp_path: Path
) -> None:
    authority.new_tsa(10 * DAY)
    sealed, _ = seal(authority, tmp_path, Level.B_T)

    assert judged(sealed, tmp_path, authority.now + 20 * DAY).stamp is None
    (tmp_path / "tsa-root.pem").unlink()
    found = judged(sealed, tmp_path, authority.now)
    assert (found.verdict, found.level, found.stamp) == (Verdict.INTACT, Level.B_B, None)


def test_a_seal_is_not_made_while_an_authority_is_away_or_its_certificate_is_revoked(
    authority: Authority, tmp_path: Path
) -> None:
    _, serial = seal(authority, tmp_path, Level.B_LT)
    authority.answers = False
    with pytest.raises(AuthorityAwayError):
        sealer(authority, tmp_path, Level.B_T).seal(pdf(), "reference")
    authority.answers, authority.revoked = True, {serial}
    with pytest.raises(AuthorityAwayError):
        sealer(authority, tmp_path, Level.B_LT).seal(pdf(), "reference")


def run(*words: str, folder: Path) -> Result:
    return CliRunner().invoke(app, [*words], env={"CER_KEYS_DIR": str(folder)})


def test_extending_makes_a_file_last_and_does_nothing_to_one_that_lasts(authority: Authority, tmp_path: Path) -> None:
    sealed, _ = seal(authority, tmp_path, Level.B_LT)
    file = tmp_path / "cer.pdf"
    file.write_bytes(sealed)
    words = ("extend", str(file), "--tsa-url", f"{authority.url}/tsa")

    assert run(*words, folder=tmp_path).exit_code == 0
    longer = file.read_bytes()
    assert longer.startswith(sealed)
    assert judged(longer, tmp_path, authority.now).level is Level.B_LTA
    again = run(*words, folder=tmp_path)
    assert (again.exit_code, file.read_bytes()) == (0, longer)
    assert "Rien à faire" in again.stdout


def test_extending_renews_a_timestamp_that_ends_soon_with_the_authoritys_new_certificate(
    authority: Authority, tmp_path: Path
) -> None:
    authority.new_tsa(30 * DAY)
    sealed, _ = seal(authority, tmp_path, Level.B_LTA)
    file = tmp_path / "cer.pdf"
    file.write_bytes(sealed)
    # After its last timestamp has ended, the file alone proves nothing more.
    assert judged(sealed, tmp_path, authority.now + 60 * DAY).verdict is Verdict.EXPIRED

    authority.new_tsa(3000 * DAY)
    assert run("extend", str(file), "--tsa-url", f"{authority.url}/tsa", folder=tmp_path).exit_code == 0

    found = judged(file.read_bytes(), tmp_path, authority.now + 2000 * DAY)
    assert (found.verdict, found.level) == (Verdict.INTACT, Level.B_LTA)


def test_extending_leaves_what_is_not_intact_and_what_no_authority_answers_for(
    authority: Authority, tmp_path: Path
) -> None:
    sealed, _ = seal(authority, tmp_path, Level.B_LT)
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(sealed)
    bad.write_bytes(sealed + b"\n")
    authority.answers = False

    said = run("extend", str(good), str(bad), "--tsa-url", f"{authority.url}/tsa", folder=tmp_path)

    assert said.exit_code == 1
    assert (good.read_bytes(), bad.read_bytes()) == (sealed, sealed + b"\n")
    assert "MODIFIÉ APRÈS COUP" in said.stdout
    assert "n'a pas répondu" in said.stdout


def signed_of(sealed: bytes, folder: Path) -> bytes:
    """The evidence of this sealed PDF, as signed JSON."""
    return signed_evidence(FileKey(folder), evidence_of(sealed))


def test_an_evidence_agrees_with_its_document_alone_and_not_with_a_byte_changed(
    authority: Authority, tmp_path: Path
) -> None:
    sealed, _ = seal(authority, tmp_path, Level.B_B)
    other = sealer(authority, tmp_path, Level.B_B).seal(pdf(), "another reference")
    written, trust = signed_of(sealed, tmp_path), load_trust(tmp_path)

    def match(evidence: bytes, document: bytes) -> Match:
        return confront(evidence, document, verify(document, trust, authority.now), trust, authority.now).match

    assert match(written, sealed) is Match.AGREES
    assert match(written, other) is Match.OTHER_DOCUMENT
    places = range(0, len(written), max(1, len(written) // 200))
    changed = [written[:place] + bytes([written[place] ^ 1]) + written[place + 1 :] for place in places]
    assert {match(one, sealed) for one in changed} <= {Match.UNREADABLE, Match.NOT_OURS}
    with serving() as others:
        folder = tmp_path / "others"
        folder.mkdir()
        others.seal(folder)
        assert match(signed_of(sealed, folder), sealed) is Match.NOT_OURS


def test_the_command_tells_a_declared_time_from_a_trusted_one_and_holds_the_evidence_against_the_document(
    authority: Authority, tmp_path: Path
) -> None:
    stamped, _ = seal(authority, tmp_path, Level.B_LT)
    declared = sealer(authority, tmp_path, Level.B_B).seal(pdf(), "reference")
    (tmp_path / "declared.pdf").write_bytes(declared)
    (tmp_path / "stamped.pdf").write_bytes(stamped)
    (tmp_path / "preuve.json").write_bytes(signed_of(declared, tmp_path))
    declared_said = run("verify", str(tmp_path / "declared.pdf"), folder=tmp_path)
    stamped_said = run("verify", str(tmp_path / "stamped.pdf"), folder=tmp_path)

    assert "heure déclarée par le Département" in declared_said.stdout
    assert "Révocation : non vérifiée" in declared_said.stdout
    assert "selon « Horodatage du Val-d'Exemple »" in stamped_said.stdout
    assert "niveau B-LT" in stamped_said.stdout
    with_evidence = ("--evidence", str(tmp_path / "preuve.json"))
    agrees = run("verify", str(tmp_path / "declared.pdf"), *with_evidence, folder=tmp_path)
    differs = run("verify", str(tmp_path / "stamped.pdf"), *with_evidence, folder=tmp_path)
    assert (agrees.exit_code, differs.exit_code) == (0, 9)
    assert "code reçu au 06 •• •• •• 01" in agrees.stdout
    assert "AUTRE DOCUMENT" in differs.stdout
