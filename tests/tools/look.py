"""How documents look: their pages as small grey pictures, kept beside the tests and renewed on purpose.

    make look        renews the pictures, and says which documents changed

Fonts, templates and data are the same everywhere, so pages are too; what a rasteriser rounds otherwise is tolerated.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

from services.documents.adapters.rendering.html import Look
from services.documents.adapters.rendering.process import Job, RenderProcess, Setting
from services.documents.domain.sheet import Sheet
from services.documents.settings import Settings
from shared.pdf.fonts import write_configuration
from tests.builders.sheets import CASES

FOLDER = Path(__file__).parents[1] / "integration" / "documents" / "look"
FONTS = Settings.model_fields["fonts"].default
# At 30 dots an inch a line of text is a grey stripe: enough to see that it moved, small enough to keep.
SCALE = 30 / 72
# A dot differs when its grey (of 255) does by more than this; a document, when more dots of it do than that.
GREY, DOTS = 40, 6
SECONDS = 120.0
# All pages of what is ordinary and of what is odd; of what is long, one document tells about breaks.
LOOKED_AT: Mapping[str, Sheet] = {
    name: sheet for name, sheet in CASES.items() if name == "twelve" or name.endswith(("-court", "-inhabituel"))
}


@contextmanager
def studio() -> Iterator[RenderProcess]:
    """A render process that loaded the fonts."""
    with tempfile.TemporaryDirectory(prefix="cer-look-") as folder:
        process = RenderProcess(Setting(Look(), FONTS, write_configuration(FONTS, Path(folder)), 1024))
        try:
            yield process
        finally:
            process.kill()


def picture(process: RenderProcess, sheet: Sheet) -> Image.Image:
    """The pages of a document side by side. Its fingerprint is the same for all: another template changes no other."""
    pdf = process.render(Job(sheet.kind.value, sheet.model_dump(), "0" * 64), SECONDS)
    pages = [page.render(scale=SCALE).to_pil().convert("L") for page in pypdfium2.PdfDocument(pdf.content)]
    strip = Image.new("L", (sum(page.width for page in pages), pages[0].height), 255)
    left = 0
    for page in pages:
        strip.paste(page, (left, 0))
        left += page.width
    return strip


def kept(name: str) -> Image.Image:
    """The picture of a document as it should look."""
    with Image.open(FOLDER / f"{name}.png") as image:
        return image.convert("L")


def differing(one: Image.Image, other: Image.Image) -> int:
    """How many dots are clearly not the same grey; all of them when the pages are not as many."""
    if one.size != other.size:
        return max(one.width * one.height, other.width * other.height)
    return sum(ImageChops.difference(one, other).histogram()[GREY + 1 :])


def renew() -> list[str]:
    """Draws every picture that is missing or differs; the names of those."""
    FOLDER.mkdir(exist_ok=True)
    for stale in {path.stem for path in FOLDER.glob("*.png")} - LOOKED_AT.keys():
        (FOLDER / f"{stale}.png").unlink()
    changed = []
    with studio() as process:
        for name, sheet in LOOKED_AT.items():
            drawn = picture(process, sheet)
            if not (FOLDER / f"{name}.png").exists() or differing(drawn, kept(name)) > DOTS:
                drawn.save(FOLDER / f"{name}.png", optimize=True)
                changed.append(name)
    return changed


if __name__ == "__main__":
    # Spawned processes import this module again: nothing is done at import.
    renewed = renew()
    print("\n".join(f"renewed: {name}" for name in renewed) or "every document looks as it did")
