"""Images of the very PDF's pages, by PDFium."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pypdfium2

# 144 dots per inch: an A4 page reads well at twice the width of a screen's column, in some 100 KB.
SCALE = 2.0


class PdfiumPages:
    """Implements `PageImages`. One thread, since PDFium allows no two calls at once; it frees the event loop."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pdfium")

    async def png(self, pdf: bytes, page: int) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._thread, _png, pdf, page)

    async def text(self, pdf: bytes, page: int) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._thread, _text, pdf, page)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


def _text(pdf: bytes, page: int) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return str(document[page - 1].get_textpage().get_text_range())
    finally:
        document.close()


def _png(pdf: bytes, page: int) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[page - 1].render(scale=SCALE).to_pil()
        found = BytesIO()
        image.save(found, "PNG")
        return found.getvalue()
    finally:
        document.close()
