"""The instant of an evidence: a trusted authority says that it existed, and nobody takes that off or changes it."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.signature.adapters.department_seal import DepartmentSeal, load_trust
from services.signature.adapters.evidence_file import Evidence, EvidenceUnreadableError, read_evidence
from services.signature.adapters.seal_keys import SealUnusableError
from services.signature.adapters.seal_options import Level, SealOptions
from services.signature.adapters.trusting import Trust
from services.signature.application.ports import AuthorityAwayError, SealingFailedError
from services.signature.domain.canonical import canonical
from tests.builders.pki import Authority, serving

TOLD = {"signature_id": "018f", "shown": {"sha256": "0" * 64, "size": 1}}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Site:
    """A site whose seal asks an authority for the time."""

    folder: Path
    authority: Authority
    seal: DepartmentSeal

    @property
    def trust(self) -> Trust:
        return load_trust(self.folder)

    def sign(self, signature_id: str = "018f") -> bytes:
        return self.seal.evidence({**TOLD, "signature_id": signature_id})[0]

    def read(self, written: bytes, at: datetime | None = None) -> Evidence:
        return read_evidence(written, self.trust, at or self.authority.now)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with serving() as authority:
        authority.seal(tmp_path, life=DAY)
        options = SealOptions(Level.B_B, f"{authority.url}/tsa", 30.0)
        yield Site(tmp_path, authority, DepartmentSeal.load(tmp_path, options))


def test_the_authority_says_when_it_existed_even_once_the_seals_certificate_has_ended(site: Site) -> None:
    written = site.sign()
    told = site.read(written, site.authority.now + 30 * DAY)

    assert told.content == TOLD
    assert told.trusted
    assert told.stamp is not None
    assert told.stamp.authority == "Horodatage du Val-d'Exemple"
    assert abs(told.stamp.at - site.authority.now) < timedelta(seconds=2)


def test_without_an_authority_it_is_trusted_as_long_as_the_certificate_lives(tmp_path: Path) -> None:
    with serving() as authority:
        authority.seal(tmp_path, life=DAY)
        written = DepartmentSeal.load(tmp_path).evidence(TOLD)[0]
        told, later = (
            read_evidence(written, load_trust(tmp_path), authority.now + after) for after in (timedelta(), 30 * DAY)
        )

    assert (told.trusted, told.stamp) == (True, None)
    assert not later.trusted


def test_an_authority_that_is_not_trusted_gives_no_instant(site: Site) -> None:
    trust = Trust(site.trust.roots, [])
    told = read_evidence(site.sign(), trust, site.authority.now)

    assert (told.trusted, told.stamp) == (True, None)
    assert not read_evidence(site.sign(), trust, site.authority.now + 30 * DAY).trusted


def altered(written: bytes, how: str, other: bytes) -> bytes:
    found: dict[str, Any] = json.loads(written)
    token = base64.b64decode(found["timestamp"])
    if how == "taken off":
        del found["timestamp"]
    elif how == "of another evidence":
        found["timestamp"] = json.loads(other)["timestamp"]
    elif how == "something beside":
        found["more"] = True
    elif how == "a byte of it":
        found["timestamp"] = base64.b64encode(token[:-1] + bytes([token[-1] ^ 1])).decode()
    elif how == "something behind it":
        found["timestamp"] = base64.b64encode(token + b"\0\0").decode()
    else:
        found["timestamp"] = {"emptied": "", "no base64": "%%"}[how]
    return canonical(found)


CHANGES = (
    "taken off", "of another evidence", "something beside", "a byte of it", "something behind it",
    "emptied", "no base64",
)  # fmt: skip


@pytest.mark.parametrize("how", CHANGES)
def test_a_timestamp_that_was_changed_makes_the_evidence_unreadable(site: Site, how: str) -> None:
    written, other = site.sign(), site.sign("018e")

    with pytest.raises(EvidenceUnreadableError):
        site.read(altered(written, how, other))


def test_a_timestamp_that_nothing_announced_is_refused(site: Site, tmp_path: Path) -> None:
    found = json.loads(DepartmentSeal.load(site.folder).evidence(TOLD)[0])
    found["timestamp"] = json.loads(site.sign())["timestamp"]

    with pytest.raises(EvidenceUnreadableError):
        site.read(canonical(found))


def test_an_authority_that_is_away_is_asked_again_and_a_wrong_one_is_said(site: Site) -> None:
    site.authority.answers = False
    with pytest.raises(AuthorityAwayError):
        site.sign()

    site.authority.answers = True
    with serving() as other:
        (site.folder / "tsa-root.pem").write_bytes(other.root_pem)
        options = SealOptions(Level.B_B, f"{site.authority.url}/tsa", 30.0)
        with pytest.raises(SealingFailedError):
            DepartmentSeal.load(site.folder, options).evidence(TOLD)[0]


def test_a_site_that_trusts_no_authority_for_the_time_cannot_ask_one(site: Site) -> None:
    (site.folder / "tsa-root.pem").unlink()

    with pytest.raises(SealUnusableError, match="tsa-root"):
        DepartmentSeal.load(site.folder, SealOptions(Level.B_B, f"{site.authority.url}/tsa"))
