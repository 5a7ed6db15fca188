"""The object store on S3: the same promises, and an outage under one name."""

import os
from datetime import timedelta

import pytest

from shared.events.files import FileRef
from shared.objects.encryption import HEADER, SEGMENT, TAG, FileKeys
from shared.objects.errors import ObjectAltered, ObjectExists, ObjectMissing, ObjectsAway
from shared.objects.store import Objects
from tests.builders.events import file_ref
from tests.fixtures.s3 import Bucket

pytestmark = pytest.mark.integration

KEYS = FileKeys({"old": b"o" * 32, "new": b"n" * 32}, "new")
LONG = os.urandom(20 * SEGMENT)


def store(bucket: Bucket, keys: FileKeys | None = KEYS) -> Objects:
    return Objects(bucket.location, "documents", keys, patience=timedelta(seconds=1))


async def test_what_was_put_is_got_listed_and_destroyed(bucket: Bucket) -> None:
    ref = await store(bucket).put("editions/a.pdf", LONG)
    assert await store(bucket).get(ref) == LONG
    listed = [one.name async for some in store(bucket).listed("editions") for one in some]
    assert listed == ["editions/a.pdf"]
    await store(bucket).delete("editions/a.pdf")
    await store(bucket).delete("editions/a.pdf")
    with pytest.raises(ObjectMissing):
        await store(bucket).get(ref)
    with pytest.raises(ObjectMissing):
        await store(bucket).get_range(ref, 0, 1)


async def test_other_bytes_never_replace_a_file(bucket: Bucket) -> None:
    ref = await store(bucket).put("a.pdf", b"first")
    assert await store(bucket).put("a.pdf", b"first") == ref
    with pytest.raises(ObjectExists):
        await store(bucket).put("a.pdf", b"other")
    assert await store(bucket).get(ref) == b"first"


async def test_a_part_is_read_without_the_rest(bucket: Bucket) -> None:
    ref = await store(bucket).put("a.pdf", LONG)
    bucket.asked.clear()
    assert await store(bucket).get_range(ref, 5 * SEGMENT + 1, 5 * SEGMENT + 11) == LONG[5 * SEGMENT + 1 :][:10]
    parts = [asked for verb, asked in bucket.asked if verb == "GET"]
    start = HEADER + 5 * (SEGMENT + TAG)
    assert parts == [f"bytes=0-{HEADER - 1}", f"bytes={start}-{start + SEGMENT + TAG - 1}"]


async def test_a_rotation_writes_over_what_it_read(bucket: Bucket) -> None:
    ref = await store(bucket, FileKeys({"old": b"o" * 32}, "old")).put("a.pdf", LONG)
    assert await store(bucket).reencrypt("a.pdf") is True
    assert await store(bucket).key_of("a.pdf") == "new"
    assert await store(bucket, FileKeys({"new": b"n" * 32}, "new")).get(ref) == LONG


async def test_a_damaged_file_is_refused(bucket: Bucket) -> None:
    ref = await store(bucket).put("a.pdf", LONG)
    clear = await store(bucket, None).put("b.pdf", b"x")
    wrong = FileRef(uri=clear.uri, sha256=ref.sha256, size=1)
    with pytest.raises(ObjectAltered):
        await store(bucket).get(wrong)


@pytest.mark.parametrize("fault", ["500", "503"])
async def test_a_store_that_fails_once_is_asked_again(bucket: Bucket, fault: str) -> None:
    ref = await store(bucket).put("a.pdf", LONG)
    bucket.faults[:] = [fault]
    assert await store(bucket).get(ref) == LONG


@pytest.mark.parametrize("fault", ["500", "503", "403", "silence"])
async def test_a_store_that_goes_on_failing_is_away_and_comes_back(bucket: Bucket, fault: str) -> None:
    ref = await store(bucket).put("a.pdf", LONG)
    for demand in (store(bucket).put("b.pdf", b"b"), store(bucket).get(ref), store(bucket).get_range(ref, 0, 1)):
        bucket.faults[:] = [fault] * 30
        with pytest.raises(ObjectsAway) as away:
            await demand
        assert away.value.code == "objects-away"
    bucket.faults.clear()
    assert await store(bucket).get(ref) == LONG


async def test_a_bucket_that_does_not_exist_is_not_a_missing_file(bucket: Bucket) -> None:
    elsewhere = Objects("s3://absent/store", "documents", KEYS, patience=timedelta(seconds=1))
    with pytest.raises(ObjectsAway):
        await elsewhere.put("a.pdf", b"x")
    with pytest.raises((ObjectsAway, ObjectMissing)):
        await elsewhere.get(file_ref("documents/a.pdf"))
