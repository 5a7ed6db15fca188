"""Files at rest: encrypted, authenticated in parts, under keys that change."""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from shared.events.files import FileRef
from shared.objects.encryption import HEADER, SEGMENT, TAG, FileKeys
from shared.objects.errors import ObjectAltered, ObjectKeyMissing, ObjectMissing, ObjectsAway
from shared.objects.store import Objects
from shared.runtime.files_cli import keys_commands
from shared.runtime.settings import CommonSettings
from shared.security.secrets import SecretKeyUnusable, load_secrets, make_secret

pytestmark = pytest.mark.integration

OLD, NEW = FileKeys({"old": b"o" * 32}, "old"), FileKeys({"old": b"o" * 32, "new": b"n" * 32}, "new")
# Three segments, the last a short one.
LONG = os.urandom(2 * SEGMENT + 1000)


def store(folder: Path, keys: FileKeys | None = OLD, service: str = "documents") -> Objects:
    return Objects(str(folder), service, keys)


async def stored(folder: Path, content: bytes = LONG) -> tuple[FileRef, Path]:
    ref = await store(folder).put("a.pdf", content)
    return ref, folder / "documents/a.pdf"


@pytest.mark.parametrize("size", [1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 40 * SEGMENT + 7])
async def test_what_was_put_is_got_and_does_not_stand_in_clear(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    ref, at_rest = await stored(tmp_path, content)
    assert (ref.size, await store(tmp_path).get(ref)) == (size, content)
    assert size < 16 or content[:16] not in at_rest.read_bytes()


async def test_the_same_content_twice_has_not_the_same_bytes_at_rest(tmp_path: Path) -> None:
    for name in ("a", "b"):
        await store(tmp_path).put(name, LONG)
    assert (tmp_path / "documents/a").read_bytes()[HEADER:] != (tmp_path / "documents/b").read_bytes()[HEADER:]


async def test_the_same_bytes_again_change_nothing_whatever_the_key(tmp_path: Path) -> None:
    ref, at_rest = await stored(tmp_path)
    before = at_rest.read_bytes()
    assert await store(tmp_path, NEW).put("a.pdf", LONG) == ref
    assert at_rest.read_bytes() == before


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bounds=st.tuples(st.integers(0, len(LONG)), st.integers(0, len(LONG))).filter(lambda two: two[0] != two[1]))
async def test_any_part_is_that_part(tmp_path: Path, bounds: tuple[int, int]) -> None:
    ref, _ = await stored(tmp_path)
    start, stop = sorted(bounds)
    assert await store(tmp_path).get_range(ref, start, stop) == LONG[start:stop]


async def test_a_part_does_not_need_the_segments_that_it_does_not_hold(tmp_path: Path) -> None:
    ref, at_rest = await stored(tmp_path)
    damaged = bytearray(at_rest.read_bytes())
    damaged[HEADER + 5] ^= 1
    at_rest.write_bytes(damaged)
    assert await store(tmp_path).get_range(ref, SEGMENT, 2 * SEGMENT) == LONG[SEGMENT : 2 * SEGMENT]
    for start, stop in ((0, 1), (SEGMENT - 1, SEGMENT + 1)):
        with pytest.raises(ObjectAltered):
            await store(tmp_path).get_range(ref, start, stop)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, HEADER + len(LONG) + 3 * TAG - 1), bit=st.integers(0, 7))
async def test_one_bit_changed_anywhere_is_a_refusal_never_half_a_file(tmp_path: Path, place: int, bit: int) -> None:
    ref, at_rest = await stored(tmp_path)
    right = at_rest.read_bytes()
    damaged = bytearray(right)
    damaged[place] ^= 1 << bit
    at_rest.write_bytes(damaged)
    try:
        with pytest.raises((ObjectAltered, ObjectKeyMissing)):
            await store(tmp_path).get(ref)
    finally:
        at_rest.write_bytes(right)


@pytest.mark.parametrize("left", [0, 7, HEADER - 1, HEADER, HEADER + SEGMENT + TAG, HEADER + 2 * (SEGMENT + TAG)])
async def test_a_file_that_was_cut_is_refused(tmp_path: Path, left: int) -> None:
    ref, at_rest = await stored(tmp_path)
    at_rest.write_bytes(at_rest.read_bytes()[:left])
    with pytest.raises(ObjectAltered):
        await store(tmp_path).get(ref)
    with pytest.raises(ObjectAltered):
        await store(tmp_path).get_range(ref, 0, 10)


async def test_a_file_put_in_the_place_of_another_is_refused(tmp_path: Path) -> None:
    ref, at_rest = await stored(tmp_path)
    other = await store(tmp_path).put("b.pdf", LONG)
    (tmp_path / "documents/b.pdf").write_bytes(at_rest.read_bytes())
    with pytest.raises(ObjectAltered):
        await store(tmp_path).get_range(other, 0, 10)
    assert await store(tmp_path).get(ref) == LONG


async def test_without_the_key_a_file_is_refused_under_the_name_of_the_key(tmp_path: Path) -> None:
    ref, _ = await stored(tmp_path)
    for keys in (None, FileKeys({"new": b"n" * 32}, "new"), FileKeys({"old": b"x" * 32}, "old")):
        for read in (store(tmp_path, keys).get(ref), store(tmp_path, keys).get_range(ref, 0, 5)):
            with pytest.raises(ObjectKeyMissing, match="old") as refused:
                await read
            # Nobody takes it for lost: contracts destroys what is, and tries again what is away.
            assert isinstance(refused.value, ObjectsAway)


async def test_what_was_stored_in_clear_is_read_whole_or_in_part_and_verified(tmp_path: Path) -> None:
    ref = await store(tmp_path, None).put("a.pdf", LONG)
    assert await store(tmp_path, NEW).get(ref) == LONG
    assert await store(tmp_path, NEW).get_range(ref, 5, 9) == LONG[5:9]
    (tmp_path / "documents/a.pdf").write_bytes(LONG[:-1] + b"!")
    with pytest.raises(ObjectAltered):
        await store(tmp_path, NEW).get_range(ref, 5, 9)


async def test_a_reader_without_a_key_to_write_reads(tmp_path: Path) -> None:
    ref, _ = await stored(tmp_path)
    assert await store(tmp_path, FileKeys({"old": b"o" * 32}), "notifications").get(ref) == LONG


def environment(tmp_path: Path, key: str) -> CommonSettings:
    return CommonSettings(
        database_url="-", kafka="-", oidc_issuer="-", keys_dir=tmp_path, objects=str(tmp_path / "o"), objects_key=key
    )


async def invoke(tmp_path: Path, key: str, *arguments: str) -> Result:
    commands = keys_commands("documents", lambda: environment(tmp_path, key))
    return await asyncio.to_thread(CliRunner().invoke, commands, list(arguments))


async def test_a_rotation_encrypts_by_the_new_key_and_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    for kid in ("k1", "k2"):
        assert (await invoke(tmp_path, "", "new", kid)).exit_code == 0
    keys = load_secrets(tmp_path, "objects")
    clear, old = (
        Objects(str(tmp_path / "o"), "documents"),
        Objects(str(tmp_path / "o"), "documents", FileKeys(keys, "k1")),
    )
    refs = [await clear.put("clear/a", b"a" * 100)] + [
        await old.put(f"old/{n}", bytes([n]) * 70_000) for n in range(20)
    ]

    current = Objects(str(tmp_path / "o"), "documents", FileKeys(keys, "k2"))
    assert [await current.reencrypt(f"old/{n}") for n in range(5)] == [True] * 5  # then it was killed
    told = await invoke(tmp_path, "k2", "rotate")
    assert (told.exit_code, told.stdout) == (0, "21 fichiers vus, 16 rechiffrés, 0 en échec\n")
    assert (await invoke(tmp_path, "k2", "rotate")).stdout == "21 fichiers vus, 0 rechiffrés, 0 en échec\n"
    assert (await invoke(tmp_path, "k2", "status")).stdout == "k2 : 21 fichier(s)\n"

    alone = Objects(str(tmp_path / "o"), "documents", FileKeys({"k2": keys["k2"]}, "k2"))
    for ref in refs:
        await alone.get(ref)


async def test_a_rotation_says_which_files_it_could_not_open_and_does_the_others(tmp_path: Path) -> None:
    for kid in ("k1", "k2", "gone"):
        make_secret(tmp_path, "objects", kid)
    keys = load_secrets(tmp_path, "objects")
    for name, kid in (("a", "k1"), ("b", "gone"), ("c", "k1")):
        await Objects(str(tmp_path / "o"), "documents", FileKeys(keys, kid)).put(name, b"x")
    (tmp_path / "objects.gone.secret.json").unlink()
    damaged = tmp_path / "o/documents/c"
    damaged.write_bytes(damaged.read_bytes()[:-1])

    told = await invoke(tmp_path, "k2", "rotate")

    assert told.exit_code == 1
    assert "b : Clé de chiffrement absente (object-key-missing)" in told.stderr
    assert "c : Fichier altéré (object-altered)" in told.stderr
    assert (
        await invoke(tmp_path, "k2", "status")
    ).stdout == "gone : 1 fichier(s)\nk1 : 1 fichier(s)\nk2 : 1 fichier(s)\n"


async def test_a_file_that_is_gone_is_not_brought_back(tmp_path: Path) -> None:
    await stored(tmp_path)
    await store(tmp_path).delete("a.pdf")
    assert await store(tmp_path, NEW).reencrypt("a.pdf") is False
    with pytest.raises(ObjectMissing):
        await store(tmp_path).key_of("a.pdf")


async def test_without_a_current_key_nothing_is_rotated(tmp_path: Path) -> None:
    await stored(tmp_path)
    with pytest.raises(SecretKeyUnusable):
        await store(tmp_path, FileKeys({"old": b"o" * 32})).reencrypt("a.pdf")


def test_keys_that_cannot_be_used_are_refused_at_once(tmp_path: Path) -> None:
    path = make_secret(tmp_path, "objects", "k1")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(SecretKeyUnusable, match="existe déjà"):
        make_secret(tmp_path, "objects", "k1")
    with pytest.raises(SecretKeyUnusable, match="CER_OBJECTS_KEY"):
        FileKeys.load(tmp_path, "absent")
    with pytest.raises(SecretKeyUnusable, match="lettres"):
        make_secret(tmp_path, "objects", "../k")
    (tmp_path / "objects.copy.secret.json").write_bytes(path.read_bytes())
    with pytest.raises(SecretKeyUnusable, match="Deux fichiers"):
        load_secrets(tmp_path, "objects")
    for text in ("not json", "{}", '{"kty": "oct", "k": "AAAA", "kid": "short"}'):
        (tmp_path / "objects.copy.secret.json").write_text(text)
        with pytest.raises(SecretKeyUnusable):
            load_secrets(tmp_path, "objects")
