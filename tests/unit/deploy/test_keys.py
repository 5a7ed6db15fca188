"""Each service gets the keys that it may use, and no more."""

import stat
from pathlib import Path

import pytest

from deploy.embedded.keys import ensure_keys, files_key
from deploy.embedded.services import SERVICES
from services.signature.adapters.department_seal import DepartmentSeal
from shared.events.blocks import READERS, Reason
from shared.events.sealed import Sealed
from shared.objects.grants import OWNERS, may_read
from shared.security.sealing import BlockNotReadable, KeyRing
from shared.security.secrets import load_secrets


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    ensure_keys(tmp_path, SERVICES)
    return tmp_path


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_gets_the_private_keys_of_what_it_reads(keys: Path, service: str) -> None:
    given = {path.name.split(".")[0] for path in (keys / service).glob("*.private.json")}

    assert given == {block for block, readers in READERS.items() if service in readers}
    assert {path.name.split(".")[0] for path in (keys / service).glob("*.public.json")} == READERS.keys()


def test_public_keys_hold_nothing_private(keys: Path) -> None:
    assert not any('"d"' in path.read_text() for path in keys.rglob("*.public.json"))


def test_private_files_are_their_owner_s_alone(keys: Path) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in keys.rglob("*") if path.is_file()}

    assert modes == {0o600}
    assert stat.S_IMODE((keys / "signature").stat().st_mode) == 0o700


def test_what_one_service_seals_its_readers_open_and_others_do_not(keys: Path) -> None:
    token = Sealed[Reason](token=KeyRing.load(keys / "validation").seal(Reason(text="motif inventé")))

    assert KeyRing.load(keys / "contracts").open(Reason, token).text == "motif inventé"
    with pytest.raises(BlockNotReadable):
        KeyRing.load(keys / "documents").open(Reason, token)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_opens_the_files_that_it_may_read_and_no_other(keys: Path, service: str) -> None:
    given = load_secrets(keys / service, "objects")

    assert given.keys() == {files_key(owner) for owner in OWNERS if may_read(service, owner)}
    assert files_key(service) in {"", *given}


def test_a_second_start_keeps_the_keys(keys: Path) -> None:
    before = {path: path.read_bytes() for path in keys.rglob("*") if path.is_file()}

    ensure_keys(keys, SERVICES)

    assert {path: path.read_bytes() for path in keys.rglob("*") if path.is_file()} == before


def test_a_service_that_is_no_longer_a_reader_loses_the_key(keys: Path) -> None:
    stray = keys / "contracts" / "content.private.json"
    stray.write_bytes((keys / "blocks" / "content.private.json").read_bytes())

    ensure_keys(keys, SERVICES)

    assert not stray.exists()


def test_the_seal_can_be_used(keys: Path) -> None:
    DepartmentSeal.load(keys / "signature")
