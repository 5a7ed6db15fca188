"""The CER vierge: its serial in letters and in a code."""

import re
from datetime import date

import segno

from services.documents.domain.blank import CORRECTION, QUIET_ZONE, blank_cer, qr_code
from services.documents.domain.samples import LETTERHEAD
from services.documents.domain.texts import Texts
from shared.kernel.serial import Serial

CODED = str(Serial.numbered(1))


def test_a_copy_says_its_serial_in_letters_and_in_its_code() -> None:
    first, second = (
        blank_cer(Serial.numbered(number), "Aubenas", date(2026, 3, 20), LETTERHEAD, Texts()) for number in (1, 2)
    )
    assert (first.serial, first.code) == (CODED, qr_code(CODED))
    assert first.serial != second.serial
    assert first.code.path != second.code.path
    assert first.subject == "CER vierge – Aubenas"


def test_the_path_draws_the_modules_of_the_code_and_leaves_its_quiet_zone() -> None:
    drawn: set[tuple[int, int]] = set()
    code = qr_code(CODED)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", code.path):
        drawn |= {(int(x) + step, int(y)) for step in range(int(width))}
    matrix = segno.make_qr(CODED, error=CORRECTION, boost_error=False).matrix
    assert drawn == {
        (x + QUIET_ZONE, y + QUIET_ZONE) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    }
    assert code.side == len(matrix) + 2 * QUIET_ZONE
