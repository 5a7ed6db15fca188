"""No forgery of a sealed PDF passes for intact, and no untouched one for forged. Long form: `make tamper`."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from services.signature.adapters.confronting import Match
from services.signature.adapters.department_seal import load_trust
from services.signature.adapters.seal_keys import FileKey
from services.signature.adapters.sealing import PadesSeal
from services.signature.adapters.verifying import Verdict, verify
from tests.builders.signature import own_seal, pdf
from tests.tamper.addendum import FORGERIES as ADDENDUM_FORGERIES
from tests.tamper.addendum import completion, forge_addenda
from tests.tamper.evidence import FORGERIES as EVIDENCE_FORGERIES
from tests.tamper.evidence import agreement, forge_evidence
from tests.tamper.forging import FORGERIES, forge
from tests.tamper.subjects import Workshop, workshop

RUNS = int(os.environ.get("CER_TAMPER_RUNS", "500"))
SEED = int(os.environ.get("CER_TAMPER_SEED", "1"))


@pytest.fixture(scope="module")
def shop() -> Iterator[Workshop]:
    with workshop() as opened:
        yield opened


def test_no_forgery_passes_for_intact(shop: Workshop) -> None:
    told = forge(shop, RUNS, SEED)

    print(f"\n{RUNS} forgeries, seed {SEED}: {dict(told.verdicts)}")
    assert told.accepted == []
    assert sum(told.verdicts.values()) == RUNS
    assert set(told.kinds) == {forgery.__name__ for forgery in FORGERIES}


def test_no_forged_or_swapped_evidence_agrees(shop: Workshop) -> None:
    told = forge_evidence(shop, RUNS // 5, SEED)

    print(f"\n{RUNS // 5} forgeries of evidence, seed {SEED}: {dict(told.matches)}")
    assert told.accepted == []
    assert set(told.kinds) == {forgery.__name__ for forgery in EVIDENCE_FORGERIES}
    for proven in shop.proven:
        assert [agreement(proven, own, shop) for own in (proven.written, proven.dossier)] == [Match.AGREES] * 2


def test_no_forged_or_swapped_addendum_agrees(shop: Workshop) -> None:
    told = forge_addenda(shop, RUNS // 5, SEED)

    print(f"\n{RUNS // 5} forgeries of addenda, seed {SEED}: {dict(told.matches)}")
    assert told.accepted == []
    assert set(told.kinds) == {forgery.__name__ for forgery in ADDENDUM_FORGERIES}
    for proven in shop.proven:
        assert [completion(proven.addendum, own, shop) for own in (proven.written, proven.dossier)] == [
            Match.AGREES
        ] * 2


def test_no_untouched_file_is_refused(shop: Workshop) -> None:
    assert [one.name for one in shop.subjects if not intact(one.content, shop)] == []
    seal, trust = PadesSeal(FileKey(own_seal()), []), load_trust(own_seal())
    made = (
        seal.seal(pdf(1 + number % 3), f"reference {number}") for number in range(RUNS // 5 if RUNS < 5000 else 1000)
    )

    refused = [one for one in made if verify(one, trust, datetime.now(UTC)).verdict is not Verdict.INTACT]

    assert refused == []


def test_an_earlier_state_of_a_file_is_as_intact_as_the_file(shop: Workshop) -> None:
    """Cutting a later timestamp off gives back what was sealed before it: that is no forgery."""
    earlier = [content for one in shop.subjects for content in one.earlier]

    assert len(earlier) == 3
    assert all(intact(content, shop) for content in earlier)


def intact(content: bytes, shop: Workshop) -> bool:
    return verify(content, shop.trust, shop.now).verdict is Verdict.INTACT
