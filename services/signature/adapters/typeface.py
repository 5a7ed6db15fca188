"""A TrueType font put into a PDF, cut down to the letters in use, so that it prints and is read aloud anywhere."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

MISSING = "?"


class Typeface:
    """A font for some text. Raises OSError when the file is missing, TTLibError when it is no font."""

    def __init__(self, path: Path, text: str) -> None:
        font = TTFont(path)
        known = font.getBestCmap()
        self._letters = sorted({letter if ord(letter) in known else MISSING for letter in text} | {MISSING, " "})
        options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[])
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=[ord(letter) for letter in self._letters])
        subsetter.subset(font)
        self._font = font
        self._scale = 1000 / font["head"].unitsPerEm
        names = font.getBestCmap()
        self._glyphs = {letter: font.getGlyphID(names[ord(letter)]) for letter in self._letters}
        self._widths = {letter: font["hmtx"][names[ord(letter)]][0] * self._scale for letter in self._letters}

    def width(self, text: str, size: float) -> float:
        """How wide a line is, in points."""
        return float(sum(self._widths.get(letter, self._widths[MISSING]) for letter in text)) * size / 1000

    def shown(self, text: str) -> str:
        """The operand of `Tj` for a line."""
        return "<" + "".join(f"{self._glyphs.get(letter, self._glyphs[MISSING]):04X}" for letter in text) + ">"

    def embed(self, writer: BasePdfFileWriter) -> generic.IndirectObject:
        """Writes the font (ISO 32000-1, 9.7) with the letters that its glyphs stand for."""
        program = BytesIO()
        self._font.save(program)
        tag = hashlib.sha256("".join(self._letters).encode()).hexdigest().upper()
        name = pdf_name("/" + "".join(chr(ord("A") + int(digit, 16)) for digit in tag[:6]) + "+Texte")
        descendant = {
            "/Type": pdf_name("/Font"),
            "/Subtype": pdf_name("/CIDFontType2"),
            "/BaseFont": name,
            "/CIDSystemInfo": _dictionary(
                {
                    "/Registry": generic.pdf_string("Adobe"),
                    "/Ordering": generic.pdf_string("Identity"),
                    "/Supplement": generic.NumberObject(0),
                }
            ),
            "/FontDescriptor": writer.add_object(self._descriptor(writer, name, program.getvalue())),
            "/CIDToGIDMap": pdf_name("/Identity"),
            "/W": self._width_array(),
        }
        font = {
            "/Type": pdf_name("/Font"),
            "/Subtype": pdf_name("/Type0"),
            "/BaseFont": name,
            "/Encoding": pdf_name("/Identity-H"),
            "/DescendantFonts": generic.ArrayObject([writer.add_object(_dictionary(descendant))]),
            "/ToUnicode": writer.add_object(generic.StreamObject(stream_data=self._to_unicode())),
        }
        return writer.add_object(_dictionary(font))

    def _descriptor(self, writer: BasePdfFileWriter, name: Any, program: bytes) -> generic.DictionaryObject:
        head, hhea = self._font["head"], self._font["hhea"]
        box = (head.xMin, head.yMin, head.xMax, head.yMax)
        stream = generic.StreamObject(
            dict_data={pdf_name("/Length1"): generic.NumberObject(len(program))}, stream_data=program
        )
        stream.compress()
        return _dictionary(
            {
                "/Type": pdf_name("/FontDescriptor"),
                "/FontName": name,
                "/Flags": generic.NumberObject(4),
                "/FontBBox": generic.ArrayObject([generic.NumberObject(round(one * self._scale)) for one in box]),
                "/ItalicAngle": generic.NumberObject(0),
                "/Ascent": generic.NumberObject(round(hhea.ascent * self._scale)),
                "/Descent": generic.NumberObject(round(hhea.descent * self._scale)),
                "/CapHeight": generic.NumberObject(714),
                "/StemV": generic.NumberObject(80),
                "/FontFile2": writer.add_object(stream),
            }
        )

    def _width_array(self) -> generic.ArrayObject:
        widths: list[Any] = []
        for letter, glyph in sorted(self._glyphs.items(), key=lambda item: item[1]):
            width = generic.FloatObject(f"{self._widths[letter]:.3f}")
            widths += [generic.NumberObject(glyph), generic.ArrayObject([width])]
        return generic.ArrayObject(widths)

    def _to_unicode(self) -> bytes:
        lines = [f"<{glyph:04X}> <{letter.encode('utf-16-be').hex()}>" for letter, glyph in self._glyphs.items()]
        groups = [lines[start : start + 100] for start in range(0, len(lines), 100)]
        said = "\n".join(f"{len(group)} beginbfchar\n" + "\n".join(group) + "\nendbfchar" for group in groups)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Adobe-Identity-UCS def\n"
            "/CMapType 2 def\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{said}\nendcmap\n"
            "CMapName currentdict /CMap defineresource pop\nend\nend"
        ).encode()


def _dictionary(entries: dict[str, Any]) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(name): value for name, value in entries.items()})
