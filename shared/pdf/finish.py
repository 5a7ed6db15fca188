"""What WeasyPrint leaves to be said in the PDF, added just before it is written: nothing here reads the clock."""

from typing import Any

from shared.pdf.xmp import PDFUA, RDF_END


def finish(_document: Any, pdf: Any) -> None:
    """WeasyPrint's finisher: declares PDF/UA-1, and says of each table header what it heads."""
    _declare_pdfua(pdf)
    _scope_headers(pdf)


def _declare_pdfua(pdf: Any) -> None:
    """In the one RDF block: a second block, as WeasyPrint appends, is refused by validators."""
    (metadata,) = (item for item in pdf.objects if getattr(item, "extra", {}).get("Type") == "/Metadata")
    (packet,) = metadata.stream
    if packet.count(RDF_END) != 1:
        raise ValueError("the XMP metadata does not hold one RDF block")
    metadata.stream = [packet.replace(RDF_END, PDFUA + RDF_END)]


def _scope_headers(pdf: Any) -> None:
    """Cells name their headers already; some screen readers want the header's scope (ISO 14289-1 §7.5).

    A header that stands beside cells heads its row; one among headers only, its column.
    """
    for item in pdf.objects:
        if _tag(item) == "/TH":
            row = [_tag(pdf.objects[_number(kid)]) for kid in pdf.objects[_number(item["P"])]["K"]]
            item["A"]["Scope"] = "/Row" if "/TD" in row else "/Column"


def _tag(item: Any) -> str | None:
    return item.get("S") if isinstance(item, dict) and item.get("Type") == "/StructElem" else None


def _number(reference: bytes) -> int:
    return int(reference.split()[0])
