"""Until when algorithms can be relied upon, and that a seal ends with the first of its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.signature.adapters.archiving import Timestamping
from services.signature.adapters.department_seal import DepartmentSeal, load_trust
from services.signature.adapters.seal_options import Level, SealOptions
from services.signature.adapters.verifying import Verdict, verify
from services.signature.domain.algorithms import ISSUED, Suite
from services.signature.entrypoints.cli.archive import Archive
from tests.builders.pki import DAY, serving
from tests.builders.signature import pdf

LEGACY = datetime(2029, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("digest", "scheme", "bits", "until"),
    [
        ("sha256", "ecdsa", 256, None),
        ("sha512", "ecdsa", 384, None),
        ("sha256", "ecdsa", 224, datetime(2021, 10, 1, tzinfo=UTC)),
        ("sha256", "rsassa_pss", 3072, None),
        ("sha256", "rsassa_pss", 2048, LEGACY),
        ("sha256", "rsassa_pkcs1v15", 4096, LEGACY),
        ("sha256", "rsassa_pkcs1v15", 1536, datetime(2019, 10, 1, tzinfo=UTC)),
        ("sha224", "ecdsa", 256, LEGACY),
        ("sha1", "rsassa_pkcs1v15", 2048, datetime(2012, 8, 1, tzinfo=UTC)),
        ("sha256", "rsassa_pss", 512, ISSUED),
        ("sha256", "a scheme to come", 4096, ISSUED),
        ("a digest to come", "ecdsa", 256, ISSUED),
    ],
)
def test_a_suite_ends_with_the_first_of_its_parts(digest: str, scheme: str, bits: int, until: datetime | None) -> None:
    assert Suite(digest, scheme, bits).until == until


def test_a_seal_ends_with_its_certificate_and_one_under_a_weaker_timestamp_with_the_algorithms_of_that(
    tmp_path: Path,
) -> None:
    with serving() as authority:
        # An elliptic seal, and an authority of RSA 2048 whose certificate lives for five years.
        authority.seal(tmp_path, life=10 * DAY)
        trust, address = load_trust(tmp_path), f"{authority.url}/tsa"
        ends = {
            level: verify(
                DepartmentSeal.load(tmp_path, SealOptions(level, address, 30.0)).seal(pdf(), "r"), trust, authority.now
            ).until
            for level in Level
        }

    alone = ends.pop(Level.B_B)
    assert alone is not None
    assert abs(alone - authority.now - 10 * DAY) < timedelta(seconds=2)
    assert set(ends.values()) == {LEGACY}


def test_what_another_timestamp_would_not_prolong_is_left_and_said(tmp_path: Path) -> None:
    with serving() as authority:
        authority.seal(tmp_path)
        trust, address = load_trust(tmp_path), f"{authority.url}/tsa"
        sealed = DepartmentSeal.load(tmp_path, SealOptions(Level.B_LTA, address, 30.0)).seal(pdf(), "reference")
        stamping = Timestamping(address, trust.tsa_roots)
        early, late = (
            Archive(trust, stamping, authority.now, when).extended(sealed) for when in (LEGACY - DAY, LEGACY + DAY)
        )

    assert (early.content, early.well, early.until) == (None, True, LEGACY)
    assert (late.content, late.well, late.until) == (None, False, LEGACY)
    assert "Changez d'autorité d'horodatage" in late.said[0]
    assert verify(sealed, trust, authority.now).verdict is Verdict.INTACT
