"""The images of pages."""

from io import BytesIO

from PIL import Image

from services.signature.adapters.pages import PdfiumPages
from tests.builders.signature import pdf


async def test_a_page_becomes_an_image_of_its_own() -> None:
    pages = PdfiumPages()
    first, last = await pages.png(pdf(), 1), await pages.png(pdf(), 3)
    pages.close()

    assert first != last
    with Image.open(BytesIO(first)) as image:
        assert image.format == "PNG"
        assert image.height > image.width > 1000
