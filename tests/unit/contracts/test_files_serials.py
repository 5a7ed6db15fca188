"""The serial of a CER vierge in its scan: read however the sheet lay, never guessed."""

import pytest
from PIL import ImageFilter

from services.contracts.adapters.files.examine import examine, with_serial
from services.contracts.adapters.files.serials import serials
from services.contracts.domain.files.rules import SeveralSerials
from tests.builders import scans as a

READ = (str(a.SERIAL),)
PNG, JPEG, PDF = "image/png", "image/jpeg", "application/pdf"


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 7, -13])
def test_however_the_sheet_lay(degrees: float) -> None:
    assert serials(PNG, a.encoded(a.turned(degrees))) == READ


def test_a_bad_scan_is_read() -> None:
    blurred = a.sheet(str(a.SERIAL)).filter(ImageFilter.GaussianBlur(1.2))
    for spoilt in (a.speckled(0.03), a.faint(), blurred, a.sheet(str(a.SERIAL), dpi=100)):
        assert serials(PNG, a.encoded(spoilt)) == READ
    assert serials(JPEG, a.encoded(a.sheet(str(a.SERIAL)), "JPEG", quality=30)) == READ


@pytest.mark.parametrize("place", [0, 2])
def test_any_of_the_pages_of_a_pdf_may_bear_it(place: int) -> None:
    pages = [a.sheet() for _ in range(3)]
    pages[place] = a.turned(180)
    assert serials(PDF, a.encoded(pages[0], "PDF", append_images=pages[1:])) == READ


def test_other_codes_are_left_alone() -> None:
    assert serials(PNG, a.encoded(a.sheet("https://example.org/x", str(a.SERIAL)))) == READ


@pytest.mark.parametrize("text", [None, "https://example.org/x", "CERV-7K3M-Q9F2-XA8D-58"])
def test_without_a_right_serial_a_scan_has_none(text: str | None) -> None:
    content = a.encoded(a.sheet(*([text] if text else [])))
    assert serials(PNG, content) == ()
    assert with_serial(examine(content)) == examine(content)


def test_a_file_that_cannot_be_read_has_none() -> None:
    assert serials(PNG, b"not an image") == serials(PDF, b"not a PDF") == ()


def test_the_same_serial_on_two_pages_is_one_and_two_serials_are_refused() -> None:
    again = a.encoded(a.sheet(str(a.SERIAL)), "PDF", append_images=[a.turned(90)])
    assert with_serial(examine(again)).serial == str(a.SERIAL)
    for content in (
        a.encoded(a.sheet(str(a.SERIAL), str(a.OTHER))),
        a.encoded(a.sheet(str(a.SERIAL)), "PDF", append_images=[a.sheet(str(a.OTHER))]),
    ):
        with pytest.raises(SeveralSerials):
            with_serial(examine(content))
