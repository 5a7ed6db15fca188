"""Ranges, as RFC 9110 §14 reads them, and the names of files."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.ranges import Conditions, RangeNotSatisfiable, Sent, answer, disposition, wanted

CONTENT = bytes(range(200))


async def _whole() -> bytes:
    return CONTENT


async def _part(start: int, stop: int) -> bytes:
    return CONTENT[start:stop]


SENT = Sent("ab" * 32, len(CONTENT), "application/pdf", "CER n° 3 – sans décision.pdf", _whole, _part)


def asked(range_: str | None, method: str = "GET", if_range: str | None = None) -> Conditions:
    return Conditions(method, range_, if_range, None)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", (0, 1)), ("bytes=0-99", (0, 100)), ("bytes=100-", (100, 200)), ("bytes=-1", (199, 200)),
        ("bytes=-500", (0, 200)), ("bytes=150-999", (150, 200)), ("BYTES = 1-2", (1, 3)), ("bytes=199-199", (199, 200)),
        ("bytes=5-4", None), ("bytes=", None), ("bytes=-", None), ("bytes=a-b", None), ("lines=0-1", None),
        ("bytes=0-1,5-6", None), ("bytes=0-1-2", None), ("bytes 0-1", None), ("", None),
    ],
)  # fmt: skip
def test_what_is_wanted(header: str, expected: tuple[int, int] | None) -> None:
    assert wanted(asked(header), SENT) == expected


@pytest.mark.parametrize("header", ["bytes=200-", "bytes=200-300", "bytes=-0", "bytes=999999999999999999-"])
async def test_what_lies_after_the_end_is_refused_with_the_size(header: str) -> None:
    assert isinstance(wanted(asked(header), SENT), RangeNotSatisfiable)
    refused = await answer(asked(header), SENT)
    assert (refused.status_code, refused.headers["content-range"]) == (416, "bytes */200")
    assert refused.headers["content-type"] == "application/problem+json"
    assert "content-disposition" not in refused.headers


def test_a_range_is_for_get_and_for_the_version_that_the_client_has() -> None:
    assert wanted(asked("bytes=0-1", "HEAD"), SENT) is None
    assert wanted(asked("bytes=0-1", if_range=SENT.etag), SENT) == (0, 2)
    for other in (f"W/{SENT.etag}", '"other"', "Wed, 21 Oct 2015 07:28:00 GMT"):
        assert wanted(asked("bytes=0-1", if_range=other), SENT) is None


@given(st.integers(0, 199), st.integers(0, 400))
async def test_a_part_is_that_part(first: int, length: int) -> None:
    part = await answer(asked(f"bytes={first}-{first + length}"), SENT)
    assert (part.status_code, part.body) == (206, CONTENT[first : first + length + 1])
    assert part.headers["content-range"] == f"bytes {first}-{min(first + length, 199)}/200"
    assert part.headers["content-length"] == str(len(part.body))


@given(st.text(max_size=60))
async def test_no_header_breaks_it(header: str) -> None:
    assert (await answer(asked(header), SENT)).status_code in {200, 206, 416}


@pytest.mark.parametrize("held", [SENT.etag, f'"x", W/{SENT.etag}', "*"])
async def test_who_has_it_gets_nothing_even_for_a_range(held: str) -> None:
    same = await answer(Conditions("GET", "bytes=0-1", None, held), SENT)
    assert (same.status_code, same.body) == (304, b"")


async def test_head_tells_the_size_without_the_content() -> None:
    head = await answer(asked(None, "HEAD"), SENT)
    assert (head.status_code, head.body, head.headers["content-length"]) == (200, b"", "200")


@given(st.text(max_size=60).filter(lambda name: "\x7f" not in name and all(ord(sign) > 31 for sign in name)))
def test_any_name_comes_out_as_it_was_and_breaks_no_header(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    header = disposition(name, inline=False)
    header.encode("ascii")
    assert unquote(header.partition("filename*=UTF-8''")[2]) == name
    assert header.count('"') == 2
