"""What is kept of a scan and what is refused, told by its bytes: real files, and some made to do harm."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from services.contracts.adapters.files.examine import examine
from services.contracts.domain.files.content import Examined
from services.contracts.domain.files.rules import REFUSALS, FileRefused
from tests.builders import files as a


def refused(data: bytes) -> str:
    with pytest.raises(FileRefused) as found:
        examine(data)
    return found.value.code


def pixels(data: bytes) -> bytes:
    with Image.open(BytesIO(data)) as image:
        return image.tobytes()


def says_nothing(found: Examined) -> bool:
    """Neither in clear, nor in what a reader of metadata finds."""
    with Image.open(BytesIO(found.content)) as image:
        image.load()
        told = {*image.info} - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "adobe", "adobe_transform"}
        return (
            not told - {"progressive", "progression"} and not image.getexif() and a.PLACE.encode() not in found.content
        )


def test_a_photograph_loses_its_place_and_no_point_of_the_image() -> None:
    taken = a.jpeg()
    with Image.open(BytesIO(taken)) as image:
        assert image.getexif().get_ifd(0x8825)[29] == a.PLACE

    found = examine(taken)

    assert found.content_type == "image/jpeg"
    assert says_nothing(found)
    assert pixels(found.content) == pixels(taken)


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_rows": 1}, {"optimize": True}])
def test_every_way_to_write_a_jpeg_is_read(options: dict[str, Any]) -> None:
    taken = a.jpeg(**options)

    assert pixels(examine(taken).content) == pixels(taken)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_print_colours_stay_what_they_are(mode: str) -> None:
    taken = a.jpeg(mode=mode)

    found = examine(taken)

    assert says_nothing(found)
    assert pixels(found.content) == pixels(taken)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "1", "P"])
def test_a_png_loses_its_texts_and_no_point_of_the_image(mode: str) -> None:
    taken = a.png(mode=mode)

    found = examine(taken)

    assert found.content_type == "image/png"
    assert says_nothing(found)
    assert pixels(found.content) == pixels(taken)


@pytest.mark.parametrize("made", [a.jpeg, a.png])
def test_a_turned_photograph_stands_upright_once_nothing_says_how_it_was_turned(made: Callable[[int], bytes]) -> None:
    found = examine(made(6))

    assert says_nothing(found)
    with Image.open(BytesIO(found.content)) as image:
        assert image.size == (40, 60)
        # The dark corner, at the top left of the sheet, is at the top right once turned by a quarter.
        assert image.convert("1").getpixel((38, 2)) == 0
        assert image.convert("1").getpixel((2, 2)) == 255


def test_a_thumbnail_goes_with_what_was_cropped() -> None:
    thumbnail = bytes(range(48))
    with_it = bytearray(a.jpeg())
    jfif = with_it.index(b"JFIF\0")
    with_it[jfif - 2 : jfif] = (16 + 48).to_bytes(2, "big")
    with_it[jfif + 12 : jfif + 14] = b"\4\4" + thumbnail

    assert thumbnail not in examine(bytes(with_it)).content


@pytest.mark.parametrize("made", [a.jpeg, a.png])
def test_what_follows_an_image_is_not_kept(made: Callable[[], bytes]) -> None:
    tail = a.archive() + b"<script>alert(1)</script>"

    found = examine(made() + tail)

    assert found == examine(made())


def test_a_pdf_is_kept_as_it_is() -> None:
    assert examine(a.pdf(pages=3)) == Examined("application/pdf", a.pdf(pages=3))
    assert examine(a.pdf() + b"\r\n\0\0").content_type == "application/pdf"


def test_a_pdf_with_a_link_is_a_pdf() -> None:
    link = {
        "/Type": "/Annot",
        "/Subtype": "/Link",
        "/Rect": [0, 0, 9, 9],
        "/A": {"/S": "/URI", "/URI": "(https://example.org)"},
    }

    assert examine(a.pdf(page={"/Annots": [link]})).content_type == "application/pdf"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"GIF89a" + bytes(100), "file-wrong-type"),
        (b"<html><script>alert(1)</script></html>", "file-wrong-type"),
        (b"PK\3\4" + bytes(100), "file-wrong-type"),
        (b"--boundary\r\nContent-Disposition: form-data\r\n\r\n%PDF-1.7", "file-wrong-type"),
        (b"<html>" + a.pdf(), "file-wrong-type"),
        (b"%PDF-1.7\n<html><script>alert(1)</script></html>", "file-unreadable"),
        (b"%PDF-1.7\n<html></html>\n%%EOF", "file-unreadable"),
        (a.pdf()[:-200], "file-unreadable"),
        (a.pdf() + a.archive(), "file-two-in-one"),
        (a.pdf() + b"<script>alert(1)</script>", "file-two-in-one"),
        (a.pdf().replace(b"xref", a.archive() + b"\nxref", 1), "file-two-in-one"),
        (a.encrypted_pdf(), "pdf-protected"),
        (a.encrypted_pdf(user=""), "pdf-protected"),
        (a.pdf_with_file(), "pdf-active"),
        (a.pdf({"/OpenAction": a.JAVASCRIPT}), "pdf-active"),
        (a.pdf({"/OpenAction": {"/S": "/Launch", "/F": "(cmd.exe)"}}), "pdf-active"),
        (a.pdf({"/Names": {"/JavaScript": {"/Names": ["(x)", a.JAVASCRIPT]}}}), "pdf-active"),
        (a.pdf({"/AcroForm": {"/Fields": [], "/XFA": "(x)"}}), "pdf-active"),
        (a.pdf(page={"/AA": {"/O": a.JAVASCRIPT}}), "pdf-active"),
        (a.pdf(page={"/Annots": [{"/Subtype": "/Widget", "/A": {"/S": "/SubmitForm"}}]}), "pdf-active"),
        (a.pdf(page={"/Annots": [{"/Subtype": "/RichMedia"}]}), "pdf-active"),
        (a.pdf(page={"/Annots": [{"/Subtype": "/FileAttachment"}]}), "pdf-active"),
        (a.pdf(page={"/A": {"/Next": [{"/Next": {"/S": "/#4aavaScript"}}]}}), "pdf-active"),
        (a.pdf(page={"/X": {"/Subtype": "/Image", "/Width": 99999, "/Height": 99999}}), "file-too-many-pixels"),
        (a.jpeg()[:-100], "file-unreadable"),
        (a.jpeg()[:30], "file-unreadable"),
        (a.png()[:-20], "file-unreadable"),
        (a.png().replace(b"IDAT", b"IDOT"), "file-unreadable"),
        (a.animated_png(), "file-animated"),
        (a.png_bomb(), "file-too-many-pixels"),
        (a.png_bomb(0, 0), "file-unreadable"),
        (a.png_bomb(300, 300), "file-unreadable"),
        (a.jpeg_bomb(), "file-too-many-pixels"),
    ],
)
def test_what_is_no_scan_is_refused_by_name(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_an_action_in_a_compressed_object_is_found() -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(a.pdf({"/OpenAction": a.JAVASCRIPT}))) as made:
        made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)

    assert b"JavaScript" not in out.getvalue()
    assert refused(out.getvalue()) == "pdf-active"


GOOD = st.sampled_from([a.pdf(), a.jpeg(), a.png(), a.jpeg(progressive=True), a.pdf({"/OpenAction": a.JAVASCRIPT})])


@settings(max_examples=400, deadline=None)
@given(head=st.sampled_from([b"", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]), tail=st.binary(max_size=500))
def test_bytes_without_sense_are_kept_or_refused_by_name(head: bytes, tail: bytes) -> None:
    _only_by_name(head + tail)


@settings(max_examples=400, deadline=None)
@given(
    good=GOOD,
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), st.binary(max_size=20)), min_size=1, max_size=5),
)
def test_good_files_that_were_damaged_are_kept_or_refused_by_name(
    good: bytes, cuts: list[tuple[float, int, bytes]]
) -> None:
    for where, length, put in cuts:
        place = int(where * len(good))
        good = good[:place] + put + good[place + length :]
    _only_by_name(good)


def _only_by_name(data: bytes) -> None:
    try:
        kept = examine(data)
    except FileRefused as found:
        known = found.code in REFUSALS
    else:
        # What is kept is kept again: nothing is left to take out of it.
        known = examine(kept.content) == kept
    assert known
