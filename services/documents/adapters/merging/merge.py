"""Several PDFs into one that is tagged like them: each becomes a part of one structure (ISO 32000-1 §14.7, §14.8.4.2).

Pages alone would lose the structure that screen readers follow. The trees hang under one `Document`, and the numbers by
which pages find their place in them (`StructParents`, the parent tree) are shifted so that no two are the same.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

Outline = Sequence[tuple[str, int]]


def merge(sources: Iterable[bytes], outline: Outline = (), *, name: str = "", even: bool = False) -> bytes:
    """One PDF of these, in order: metadata, output intent and language are the first's. `outline`: title, first page.

    `even`: a blank page follows each of an odd number of pages. With a `name`, what the sources call by the same
    identifiers is told apart by it and their place; without, they are results of this function under different names
    already.

    Raises PdfError when one of them cannot be read, ValueError when one is not tagged or there is none.
    """
    merged = pikepdf.Pdf.new()
    kids: list[Any] = []
    parents: list[Any] = []
    for place, content in enumerate(sources):
        # Kept open by what is copied from it, until the end.
        source = pikepdf.open(BytesIO(content))
        if "/StructTreeRoot" not in source.Root:
            raise ValueError("a PDF to merge is not tagged")
        if not place:
            _begin(merged, source)
        tops = _append(merged, source, parents)
        if even and len(source.pages) % 2:
            merged.add_blank_page(page_size=_size(source.pages[-1]))
        if name:
            _tell_apart(tops, f"{name}-{place}-")
        kids += tops
    if not kids:
        raise ValueError("there is nothing to merge")
    _root(merged, kids, parents)
    with merged.open_outline() as opened:
        opened.root.extend(pikepdf.OutlineItem(title, page) for title, page in outline)
    out = BytesIO()
    merged.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


def _begin(merged: pikepdf.Pdf, first: pikepdf.Pdf) -> None:
    for name in ("/Lang", "/MarkInfo", "/Metadata", "/OutputIntents", "/ViewerPreferences"):
        if name in first.Root:
            value = first.Root[name]
            merged.Root[name] = merged.copy_foreign(value) if value.is_indirect else _copied(merged, first, value)
    merged.docinfo.update({key: str(value) for key, value in first.docinfo.items()})


def _size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    return right - left, top - bottom


def _copied(merged: pikepdf.Pdf, source: pikepdf.Pdf, value: Any) -> Any:
    """A direct object is copied as an indirect one."""
    return merged.copy_foreign(source.make_indirect(value))


def _append(merged: pikepdf.Pdf, source: pikepdf.Pdf, parents: list[Any]) -> list[Any]:
    """The pages first: what is copied afterwards and points at them then points at their copies."""
    shift, start = len(parents) // 2, len(merged.pages)
    merged.pages.extend(source.pages)
    tree = source.Root.StructTreeRoot
    copied = merged.copy_foreign(tree if tree.is_indirect else source.make_indirect(tree))
    numbers = dict(pikepdf.NumberTree(copied.ParentTree).items())
    taken = sorted(numbers)
    # Numbers without gaps: whatever they were, the next source begins after the last.
    renumbered = {old: shift + place for place, old in enumerate(taken)}
    for page in merged.pages[start:]:
        for holder in (page.obj, *page.obj.get("/Annots", ())):
            for key in ("/StructParents", "/StructParent"):
                if key in holder:
                    holder[key] = renumbered[int(holder[key])]
    for old in taken:
        parents += [renumbered[old], numbers[old]]
    top = copied.K
    return list(top) if isinstance(top, Array) else [top]


def _tell_apart(tops: Sequence[Any], prefix: str) -> None:
    """Cells name their headers by identifiers, which are those of the whole file (ISO 32000-1 table 323)."""
    waiting = list(tops)
    while waiting:
        element = waiting.pop()
        if not isinstance(element, Dictionary):
            continue
        if "/ID" in element:
            element.ID = pikepdf.String(prefix + str(element.ID))
        headers = element.A.get("/Headers") if isinstance(element.get("/A"), Dictionary) else None
        if headers is not None:
            element.A.Headers = Array([pikepdf.String(prefix + str(header)) for header in headers])
        inside = element.get("/K", ())
        waiting.extend(inside if isinstance(inside, Array) else [inside])


def _root(merged: pikepdf.Pdf, kids: Sequence[Any], parents: Sequence[Any]) -> None:
    root = merged.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = merged.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root, K=Array(list(kids))))
    for kid in kids:
        kid.P = document
        if Name.Document == kid.S:
            kid.S = Name.Part
    root.K = Array([document])
    root.ParentTree = merged.make_indirect(Dictionary(Nums=Array(list(parents))))
    root.ParentTreeNextKey = len(parents) // 2
    merged.Root.StructTreeRoot = root
