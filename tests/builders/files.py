"""Scanned files as they come, good and bad: made here, byte by byte where it matters."""

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLACE = "Aubenas, place fictive"
# A test file of the antivirus industry, in pieces: whole, it would have this repository put in quarantine.
EICAR = "".join(("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STAND", "ARD-ANTIVIRUS-", "TEST-FILE!$H+H*")).encode()

# What a PDF may say of itself: an action that opens with it, in the words of ISO 32000.
JAVASCRIPT = {"/S": "/JavaScript", "/JS": "(app.alert(1))"}


def scan(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """A sheet that is not the same on all sides."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("navy", (0, 0, width // 2, height // 4))
    return image.convert(mode)


def jpeg(orientation: int = 1, mode: str = "RGB", **options: Any) -> bytes:
    """A photograph with the place where it was taken, a comment, a colour profile and XMP."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = PLACE
    exif.get_ifd(0x8825)[2] = (44.0, 37.0, 12.0)
    exif.get_ifd(0x8825)[29] = PLACE
    out = BytesIO()
    xmp = f"<x:xmpmeta>{PLACE}</x:xmpmeta>".encode()
    scan(mode=mode).save(
        out, "JPEG", quality=95, exif=exif, comment=PLACE, xmp=xmp, icc_profile=PLACE.encode(), **options
    )
    return out.getvalue()


def png(orientation: int = 1, mode: str = "RGB") -> bytes:
    """A screenshot with texts, a date and EXIF."""
    said = PngInfo()
    said.add_text("Author", PLACE)
    said.add_itxt("Description", PLACE, zip=True)
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = PLACE
    out = BytesIO()
    scan(mode=mode).save(out, "PNG", pnginfo=said, exif=exif, icc_profile=PLACE.encode())
    return out.getvalue()


def animated_png() -> bytes:
    """Two images, one after the other."""
    out = BytesIO()
    scan().save(out, "PNG", save_all=True, append_images=[scan().rotate(180)])
    return out.getvalue()


def png_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few bytes that say they are 3,600 million points."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(bytes(1000)))
        + _chunk(b"IEND", b"")
    )


def jpeg_bomb() -> bytes:
    """An image whose header was made larger than it is."""
    data = bytearray(jpeg())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(data)


def pdf(catalog: dict[str, Any] | None = None, *, page: dict[str, Any] | None = None, pages: int = 1) -> bytes:
    """A PDF with these entries in its catalog, or in its first page."""
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(595, 842))
        for target, entries in ((made.Root, catalog or {}), (made.pages[0].obj, page or {})):
            for key, value in entries.items():
                target[key] = made.make_indirect(pikepdf.Object.parse(_written(value)))
        out = BytesIO()
        made.save(out, deterministic_id=True)
    return out.getvalue()


def encrypted_pdf(user: str = "secret") -> bytes:
    """A PDF that asks for a password, or that only forbids when it is empty."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as made:
        made.save(out, encryption=pikepdf.Encryption(owner="owner", user=user))
    return out.getvalue()


def pdf_with_file() -> bytes:
    """A PDF that carries a program."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as made:
        made.attachments["facture.exe"] = b"MZ"
        made.save(out)
    return out.getvalue()


def archive() -> bytes:
    """A ZIP."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("virus.js", "x")
    return out.getvalue()


def padded_pdf(size: int) -> bytes:
    """A PDF of exactly so many bytes, a few blanks after its end."""

    def filled(filler: int) -> bytes:
        out = BytesIO()
        with pikepdf.open(BytesIO(pdf())) as made:
            made.pages[0].Contents = made.make_stream(b" " * filler)
            made.save(out, compress_streams=False, deterministic_id=True)
        return out.getvalue()

    rough = filled(size - 4000)
    made = filled(size - 4000 + size - len(rough) - 20)
    return made + b"\n" * (size - len(made))


def swelling_pdf(mebibytes: int = 2000) -> bytes:
    """A PDF of 2 MB whose table of objects becomes gigabytes once it is read."""
    packer = zlib.compressobj(9)
    first, next_ones = (packer.compress(bytes(1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    packed = first + next_ones * (mebibytes - 1) + packer.flush()
    table = b"1 0 obj\n<</Type/XRef/Size 2/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    return b"%PDF-1.5\n" + table + packed + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


def _chunk(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def _written(value: Any) -> bytes:
    if isinstance(value, dict):
        return b"<<" + b" ".join(key.encode() + b" " + _written(inner) for key, inner in value.items()) + b">>"
    if isinstance(value, list):
        return b"[" + b" ".join(_written(inner) for inner in value) + b"]"
    return str(value).encode()
