"""Looks at the PDF before it leaves and at the one that comes back, whose every signature has to be good."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdfium2 import PdfiumError

from services.signature.adapters.block import HEIGHT, WIDTH, find_box
from services.signature.adapters.verifying import Verdict
from services.signature.adapters.yousign.judging import judge
from services.signature.application.ports import PageImages, SignedFileError
from services.signature.domain.yousign.evidence import Checked
from services.signature.domain.yousign.signer import Place
from shared.kernel.clock import Clock

_REFUSED = dict.fromkeys((Verdict.UNKNOWN_SEAL, Verdict.EXPIRED, Verdict.REVOKED), "unknown-signer")
# Where a PDF keeps no box for it: at the bottom left of its last page.
_MARGIN = 56


@dataclass(frozen=True)
class YousignFiles:
    """Implements `SignedFiles`. `roots` are the certificates under which Yousign signs, and is given the time."""

    roots: list[Certificate]
    pages: PageImages
    clock: Clock

    async def place(self, pdf: bytes) -> Place:
        return await asyncio.to_thread(_placed, pdf)

    async def check(self, signed: bytes, shown: bytes, pages: int) -> Checked:
        names = await asyncio.to_thread(_examined, signed, pages, self.roots, self.clock.now())
        try:
            for page in range(1, pages + 1):
                # Whatever Yousign draws comes on top: each word that was shown is still there.
                if Counter((await self.pages.text(shown, page)).split()) - Counter(
                    (await self.pages.text(signed, page)).split()
                ):
                    raise SignedFileError("other-document")
        except PdfiumError:
            raise SignedFileError("unreadable") from None
        return Checked(names, signed.startswith(shown))


def _placed(pdf: bytes) -> Place:
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=True)
        last = int(writer.root["/Pages"]["/Count"]) - 1
        box = find_box(writer)
        page, _ = writer.find_page_for_modification(last if box is None else box.page)
        _, bottom, _, top = (float(edge) for edge in _inherited(page.get_object(), "/MediaBox"))
    except Exception:  # noqa: BLE001 - a file that breaks the parser is not sent
        raise SignedFileError("unreadable") from None
    width, height = int(WIDTH) - 2, int(HEIGHT) - 2
    if box is None:
        return Place(last + 1, _MARGIN, round(top - bottom) - _MARGIN - height, width, height)
    return Place(box.page + 1, round(box.left) + 1, round(top - box.top) + 1, width, height)


def _inherited(page: Any, name: str) -> Any:
    """An attribute of a page, or of those above it (ISO 32000-1, 7.7.3.4)."""
    while name not in page:
        page = page["/Parent"]
    return page[name]


def _examined(signed: bytes, pages: int, roots: list[Certificate], now: datetime) -> tuple[str, ...]:
    """Whom the signatures' certificates name. Raises SignedFileError."""
    if not signed.rstrip().endswith(b"%%EOF"):
        raise SignedFileError("unreadable")
    try:
        reader = PdfFileReader(BytesIO(signed), strict=False)
        signatures, found = list(reader.embedded_regular_signatures), int(reader.root["/Pages"]["/Count"])
    except Exception:  # noqa: BLE001 - whatever breaks the parser is not the file that was signed
        raise SignedFileError("unreadable") from None
    if not signatures:
        raise SignedFileError("not-signed")
    if found != pages:
        raise SignedFileError("other-document")
    judged = judge(signed, roots, now)
    if judged is None:
        raise SignedFileError("unknown-signer")
    if judged.verdict is not Verdict.INTACT:
        raise SignedFileError(_REFUSED.get(judged.verdict, "bad-signature"))
    return judged.signed_by
