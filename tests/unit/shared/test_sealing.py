"""Blocks are opened by those who were given the key, and by nobody else."""

import json
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from shared.events.blocks import AgentCard, Reason
from shared.events.sealed import Sealed, seal
from shared.security.sealing import BlockNotReadable, KeyRing


def key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"use": "enc", "kid": kid})


def write(folder: Path, name: str, found: ECKey, *, private: bool) -> None:
    (folder / name).write_text(json.dumps(found.as_dict(private=private)))


REASON = Reason(text="Justificatif illisible.", missing=("justificatif",))


def test_what_is_sealed_is_opened_again() -> None:
    ring = KeyRing.generate("reason")
    token = ring.seal(REASON)
    assert "illisible" not in token
    assert ring.open(Reason, Sealed(token=token)) == REASON


def test_a_service_without_the_private_key_cannot_open(tmp_path: Path) -> None:
    write(tmp_path, "reason.public.json", key("reason-1"), private=False)
    ring = KeyRing.load(tmp_path)
    with pytest.raises(BlockNotReadable, match="clé privée"):
        ring.open_token(Reason, ring.seal(REASON))


def test_a_service_without_the_public_key_cannot_seal(tmp_path: Path) -> None:
    with pytest.raises(BlockNotReadable, match="CER_KEYS_DIR"):
        KeyRing.load(tmp_path).seal(REASON)


def test_after_a_rotation_older_blocks_are_still_opened(tmp_path: Path) -> None:
    old, new = key("reason-1"), key("reason-2")
    token = KeyRing({"reason": old}, {}).seal(REASON)
    write(tmp_path, "reason.public.json", new, private=False)
    write(tmp_path, "reason.private.json", new, private=True)
    write(tmp_path, "reason.2025.private.json", old, private=True)
    ring = KeyRing.load(tmp_path)
    assert ring.open_token(Reason, token) == REASON
    assert ring.open_token(Reason, ring.seal(REASON)) == REASON


def test_the_key_of_one_block_does_not_open_another() -> None:
    ring = KeyRing.generate("reason", "agent")
    with pytest.raises(BlockNotReadable):
        ring.open_token(AgentCard, ring.seal(REASON))


@pytest.mark.parametrize("place", [0, 2, 3, 4])
def test_an_altered_token_is_refused(place: int) -> None:
    ring = KeyRing.generate("reason")
    parts = ring.seal(REASON).split(".")
    parts[place] = ("A" if parts[place][:1] != "A" else "B") + parts[place][1:]
    with pytest.raises(BlockNotReadable):
        ring.open_token(Reason, ".".join(parts))


def test_an_open_block_never_shows_itself() -> None:
    assert "illisible" not in repr(seal(REASON))
