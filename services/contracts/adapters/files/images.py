"""Decodes an image once, to know that it can be read, and turns it as its EXIF says before that is lost."""

import warnings
from collections.abc import Mapping
from io import BytesIO

from PIL import Image, ImageFile

from services.contracts.adapters.files.jpeg import Stripped
from services.contracts.domain.files.rules import FileRefused, refusal

# A sheet of A4 at 600 points per inch has 35 million; 4 bytes each when decoded, twice that while it is turned.
MOST_PIXELS = 50_000_000
QUALITY = 92

_ORIENTATION = 0x0112
# EXIF 2.32, tag 0x0112: how to turn the image so that it stands upright.
_TURNS: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def readable(stripped: Stripped, kind: str) -> bytes:
    """The image, upright. Its size is looked at before anything is decoded.

    Raises FileTooManyPixels, FileUnreadable, FileTooComplex.
    """
    if stripped.width * stripped.height > MOST_PIXELS:
        raise refusal("file-too-many-pixels")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    # Another library of the same process may have asked for half of an image to be good enough.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(stripped.data), formats=[kind]) as image:
                image.load()
                turn = _TURNS.get(_orientation(stripped.exif))
                return stripped.data if turn is None else _saved(image.transpose(turn), kind)
    except FileRefused:
        raise
    except MemoryError:
        raise refusal("file-too-complex") from None
    except Exception:  # noqa: BLE001 - a decoder fails in many ways on bytes made to make it fail
        raise refusal("file-unreadable") from None


def _orientation(exif: bytes) -> int:
    if not exif:
        return 1
    read = Image.Exif()
    try:
        read.load(exif)
        found = read.get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - metadata that cannot be read are left out like the others
        return 1
    return found if isinstance(found, int) else 1


def _saved(image: Image.Image, kind: str) -> bytes:
    """The only case in which an image is encoded again."""
    out = BytesIO()
    image.save(out, kind, quality=QUALITY) if kind == "JPEG" else image.save(out, kind)
    return out.getvalue()
