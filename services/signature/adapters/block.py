"""The signature block in the PDF: the seal's own field, in the box that the edition keeps for it, readable by all.

The field stands in the structure tree with its whole text as its name (ISO 14289-1, 7.18.1 and 7.18.4); what it shows
is set in an embedded font whose letters are known (ISO 19005-2, 6.2.11).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields

from services.signature.adapters.archiving import INVISIBLE
from services.signature.adapters.typeface import Typeface

FIELD_NAME = "CachetDuDepartement"
FIELD_LABEL = "Cachet électronique du Département"
BOX_NAME = "signature"
# The box of the edition: 90 by 34 mm, less its border.
WIDTH, HEIGHT, MARGIN = 255.0, 96.0, 6.0
LARGEST, LEADING = 8.0, 1.3


@dataclass(frozen=True)
class Box:
    """Where the edition wants the block: its page, counted from 0, and its top left corner in points."""

    page: int
    left: float
    top: float


def find_box(writer: IncrementalPdfFileWriter) -> Box | None:
    """The place that the named destination `signature` leads to, if the PDF has one. Raises PdfError."""
    try:
        names = writer.root["/Names"]["/Dests"]["/Names"]
    except KeyError:
        return None
    for place in range(0, len(names), 2):
        if str(names[place]) == BOX_NAME:
            target = names[place + 1]
            page = target.raw_get(0).reference
            pages = [writer.find_page_for_modification(one)[0].reference for one in range(_pages(writer))]
            return Box(pages.index(page), float(target[2]), float(target[3]))
    return None


def field_for(box: Box | None, lines: tuple[str, ...]) -> fields.SigFieldSpec:
    """The seal's field: the block in its box, or outside of the page where the PDF keeps no box for it."""
    if box is None or not lines:
        return fields.SigFieldSpec(
            sig_field_name=FIELD_NAME, readable_field_name=FIELD_LABEL, invis_sig_settings=INVISIBLE
        )
    left, top = round(box.left) + 1, round(box.top) - 1
    return fields.SigFieldSpec(
        sig_field_name=FIELD_NAME,
        readable_field_name=". ".join((FIELD_LABEL, *lines)),
        on_page=box.page,
        box=(left, top - int(HEIGHT) + 2, left + int(WIDTH) - 2, top),
    )


class BlockStyle:
    """How pyHanko draws the seal's field: as these lines."""

    def __init__(self, lines: tuple[str, ...], font: Path) -> None:
        self._lines = lines
        self._font = font

    def create_stamp(self, writer: IncrementalPdfFileWriter, box: Any, text_params: Any) -> "_Stamp":  # noqa: ARG002
        """What `SigAppearanceSetup` calls."""
        return _Stamp(writer, box, self._lines, self._font)


class _Stamp:
    def __init__(self, writer: IncrementalPdfFileWriter, box: Any, lines: tuple[str, ...], font: Path) -> None:
        self._writer = writer
        self._size = (float(box.width), float(box.height))
        self._lines = lines
        self._face = Typeface(font, "".join(lines))

    def apply_appearance(self, annotation: generic.DictionaryObject) -> None:
        """Draws the lines and puts the field into the structure tree."""
        width, height = self._size
        form = generic.StreamObject(
            dict_data={
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject([generic.FloatObject(n) for n in (0, 0, width, height)]),
                pdf_name("/Resources"): _dictionary({"/Font": _dictionary({"/F": self._face.embed(self._writer)})}),
            },
            stream_data=self._drawn(),
        )
        annotation["/AP"] = _dictionary({"/N": self._writer.add_object(form)})
        _put_into_the_structure(self._writer, annotation)

    def _drawn(self) -> bytes:
        width, height = self._size
        widest = max(self._face.width(line, 1.0) for line in self._lines)
        size = min(LARGEST, (width - 2 * MARGIN) / widest, (height - 2 * MARGIN) / (len(self._lines) * LEADING))
        down = height - MARGIN - size
        shown = "\n".join(f"{self._face.shown(line)} Tj 0 -{size * LEADING:.2f} Td" for line in self._lines)
        return f"BT /F {size:.2f} Tf {MARGIN} {down:.2f} Td\n{shown}\nET".encode()


def _put_into_the_structure(writer: IncrementalPdfFileWriter, annotation: generic.DictionaryObject) -> None:
    if "/StructTreeRoot" not in writer.root:
        return
    tree = writer.root["/StructTreeRoot"]
    numbers = tree["/ParentTree"]["/Nums"]
    parent = max((int(numbers[place]) for place in range(0, len(numbers), 2)), default=-1) + 1
    (top,) = [tree["/K"].raw_get(0)] if isinstance(tree["/K"], generic.ArrayObject) else [tree.raw_get("/K")]
    document = top.get_object()
    page = annotation.raw_get("/P")
    # The field was registered just before; it is its own annotation.
    widget = writer.root["/AcroForm"]["/Fields"].raw_get(-1)
    reference = _dictionary({"/Type": pdf_name("/OBJR"), "/Obj": widget, "/Pg": page})
    element = {"/Type": pdf_name("/StructElem"), "/S": pdf_name("/Form"), "/P": top, "/Pg": page, "/K": reference}
    made = writer.add_object(_dictionary(element))
    document["/K"].append(made)
    writer.update_container(document["/K"])
    numbers += [generic.NumberObject(parent), made]
    writer.update_container(numbers)
    annotation["/StructParent"] = generic.NumberObject(parent)


def _pages(writer: IncrementalPdfFileWriter) -> int:
    return int(writer.root["/Pages"]["/Count"])


def _dictionary(entries: dict[str, Any]) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(name): value for name, value in entries.items()})
