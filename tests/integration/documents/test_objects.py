"""The object store: written once, verified at each reading, read by those who were granted it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.events.files import FileRef
from shared.objects.errors import BadObjectName, NotGranted, ObjectAltered, ObjectExists, ObjectMissing, ObjectsAway
from shared.objects.grants import OWNERS, READERS
from shared.objects.store import Objects, name_in, uri_of
from tests.builders.events import file_ref

pytestmark = pytest.mark.integration

SERVICES = ("contracts", "signature", "documents", "validation", "notifications", "renewals", "portal")
GRANTED = {
    ("documents", "documents"),
    ("signature", "documents"),
    ("notifications", "documents"),
    ("signature", "signature"),
    ("notifications", "signature"),
    ("contracts", "contracts"),
}


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    return Objects(str(tmp_path) if request.param == "folder" else "memory:///", "documents")


async def test_what_was_put_is_got(store: Objects) -> None:
    ref = await store.put("editions/a.pdf", b"%PDF-1.7")
    assert (ref.uri, ref.size) == ("object:documents/editions/a.pdf", 8)
    assert await store.get(ref) == b"%PDF-1.7"


async def test_the_same_bytes_again_change_nothing(store: Objects) -> None:
    assert await store.put("a.pdf", b"same") == await store.put("a.pdf", b"same")


async def test_other_bytes_never_replace_a_file(store: Objects) -> None:
    ref = await store.put("a.pdf", b"first")
    with pytest.raises(ObjectExists):
        await store.put("a.pdf", b"other")
    assert await store.get(ref) == b"first"


async def test_a_missing_file_is_named(store: Objects) -> None:
    with pytest.raises(ObjectMissing):
        await store.get(file_ref("documents/absent.pdf"))


async def test_an_altered_file_is_not_given(tmp_path: Path) -> None:
    store = Objects(str(tmp_path), "documents")
    ref = await store.put("editions/a.pdf", b"%PDF-1.7")
    (tmp_path / "documents/editions/a.pdf").write_bytes(b"%PDF-1.8")
    with pytest.raises(ObjectAltered):
        await store.get(ref)


@pytest.mark.parametrize(
    "name", ["../x", "a/../b", "/a", "a//b", "a/", "", ".", "a b", "a\\b", "é", "a\n", ".a", "a?b"]
)
async def test_names_that_lead_elsewhere_are_refused(store: Objects, name: str) -> None:
    with pytest.raises(BadObjectName):
        await store.put(name, b"x")
    with pytest.raises(BadObjectName):
        await store.get(FileRef(uri=f"object:{name}", sha256="0" * 64, size=1))


async def test_another_scheme_is_refused(store: Objects) -> None:
    with pytest.raises(BadObjectName):
        await store.get(FileRef(uri="file:///etc/passwd", sha256="0" * 64, size=1))


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("owner", OWNERS)
async def test_grants_cell_by_cell(tmp_path: Path, service: str, owner: str) -> None:
    ref = await Objects(str(tmp_path), owner).put("a.pdf", b"x")
    reader = Objects(str(tmp_path), service)
    if (service, owner) in GRANTED:
        assert await reader.get(ref) == b"x"
    else:
        with pytest.raises(NotGranted):
            await reader.get(ref)


async def test_only_owners_write(tmp_path: Path) -> None:
    assert set(READERS) == set(OWNERS)
    with pytest.raises(NotGranted):
        await Objects(str(tmp_path), "notifications").put("a.pdf", b"x")


async def test_what_is_destroyed_is_gone_and_destroying_it_again_is_no_error(store: Objects) -> None:
    ref = await store.put("files/a/b", b"x")
    kept = await store.put("files/a/c", b"y")

    await store.delete(name_in(ref.uri))
    await store.delete(name_in(ref.uri))

    with pytest.raises(ObjectMissing):
        await store.get(ref)
    assert await store.get(kept) == b"y"


async def test_a_folder_lists_what_stands_in_it_with_its_time(store: Objects) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    for name in ("files/a/b", "files/c", "filesystem/d"):
        await store.put(name, b"x")

    listed = [one async for some in store.listed("files") for one in some]

    assert sorted(one.name for one in listed) == ["files/a/b", "files/c"]
    assert all(one.stored_at > before for one in listed)


async def test_only_an_owner_destroys_and_lists(tmp_path: Path) -> None:
    with pytest.raises(NotGranted):
        await Objects(str(tmp_path), "notifications").delete("a.pdf")
    with pytest.raises(NotGranted):
        [some async for some in Objects(str(tmp_path), "validation").listed("files")]
    with pytest.raises(BadObjectName):
        await Objects(str(tmp_path), "documents").delete("../signature/a.pdf")


async def test_a_store_that_fails_is_away_under_one_name(tmp_path: Path) -> None:
    store = Objects(str(tmp_path), "documents")
    (tmp_path / "documents").write_text("in the way")

    with pytest.raises(ObjectsAway):
        await store.put("a.pdf", b"x")
    with pytest.raises(ObjectsAway):
        await store.get(FileRef(uri=uri_of("documents", "a/b.pdf"), sha256="a" * 64, size=1))
