"""Where the signature goes on the page, and what the file that comes back has to be."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import weasyprint

from services.signature.adapters.pages import PdfiumPages
from services.signature.adapters.seal_keys import load_certificates
from services.signature.adapters.yousign.files import YousignFiles
from services.signature.application.ports import SignedFileError
from shared.kernel.clock import FixedClock
from tests.builders.signature import pdf
from tests.fixtures.yousign.account import Account, rewritten

NOW = FixedClock(datetime.now(UTC))
STYLE = (
    "@page { size: A4; margin: 20mm } body { margin: 0 } #signature { width: 90mm; height: 34mm; margin-top: 100mm }"
)


def with_box() -> bytes:
    """Two pages, the box of the signature on the second."""
    html = f"<style>{STYLE}</style><a href='#signature'>signer</a><p style='break-after: page'>Un</p><p>Deux</p>"
    made = weasyprint.HTML(string=f"{html}<div id=signature></div>").write_pdf()
    assert made is not None
    return bytes(made)


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path / "yousign")


@pytest.fixture
def files(account: Account) -> YousignFiles:
    (account.folder / "root.pem").write_bytes(account.authority.root_pem)
    return YousignFiles(load_certificates(account.folder / "root.pem"), PdfiumPages(), NOW)


async def test_the_signature_goes_into_the_box_of_the_edition(files: YousignFiles) -> None:
    place = await files.place(with_box())

    # In points from the top left of an A4 page: 20 mm, then 100 mm and a line of text.
    assert (place.page, place.width, place.height) == (2, 253, 94)
    assert (place.x, 335 < place.y < 400) == (58, True)


async def test_without_a_box_it_goes_to_the_foot_of_the_last_page(files: YousignFiles) -> None:
    place = await files.place(pdf())

    assert (place.page, place.x) == (3, 56)
    assert 842 - 56 - 95 <= place.y <= 842 - 56 - 93


async def test_what_is_no_pdf_has_no_place(files: YousignFiles) -> None:
    with pytest.raises(SignedFileError):
        await files.place(b"%PDF-1.7 nothing")


async def test_the_signed_file_is_taken_as_it_is_or_written_anew(account: Account, files: YousignFiles) -> None:
    as_it_is = await files.check(await account.sealed(pdf()), pdf(), 3)
    anew = await files.check(await account.sealed(rewritten(pdf())), pdf(), 3)

    assert (as_it_is.signed_by, as_it_is.begins_with_shown) == (("YOUSIGN - essai",), True)
    assert (anew.signed_by, anew.begins_with_shown) == (("YOUSIGN - essai",), False)


async def test_no_byte_of_what_is_signed_may_change(account: Account, files: YousignFiles) -> None:
    signed = await account.sealed(pdf())
    start = len(pdf())
    for place in range(100, len(signed), len(signed) // 25):
        altered = signed[:place] + bytes([signed[place] ^ 0x20]) + signed[place + 1 :]
        try:
            await files.check(altered, pdf(), 3)
        except SignedFileError:
            continue
        # Only the room that the signature leaves empty around itself may differ: nothing reads it.
        assert place > start


async def test_a_file_that_is_cut_or_has_more_pages_is_not_taken(account: Account, files: YousignFiles) -> None:
    signed = await account.sealed(pdf())
    for spoilt in (
        signed[: len(signed) // 2],
        signed[:-20],
        b"",
        signed + b"x" * 50,
        signed + b"x" * 50 + b"\n%%EOF\n",
    ):
        with pytest.raises(SignedFileError):
            await files.check(spoilt, pdf(), 3)
    with pytest.raises(SignedFileError):
        await files.check(signed, pdf(), 2)
