"""Forgeries that know PDF: updates appended, objects replaced, signatures moved, stripped, made again.

After the published attacks: incremental saving, signature wrapping and universal forgery (Mladenov et al., CCS 2019),
shadow documents (Mainka et al., NDSS 2021), evil annotations and certified documents (Rohlmann et al., S&P 2021).
"""

from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

import pikepdf
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.validation.dss import DocumentSecurityStore

from services.signature.adapters.archiving import Timestamping
from tests.builders.signature import pdf
from tests.tamper.bytewise import rooms
from tests.tamper.subjects import Subject, Workshop

_LIES = b"0 g BT /F1 12 Tf 20 20 Td (Je m'engage a autre chose) Tj ET"


class _BoldSigner(signers.PdfSigner):
    """Signs what forbids it."""

    def _enforce_certification_constraints(self, reader: Any) -> None:
        pass


def update_a_page(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """A page says something else."""
    return _updated(subject.content, lambda writer: _write_on_a_page(luck, writer))


def update_a_page_under_a_timestamp(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """The same, under a timestamp over the whole: of the very authority that is trusted, or of the forger's."""
    stamping = luck.choice([shop.stamping, shop.forgers_time])
    return _stamped(update_a_page(luck, subject, shop), stamping)


def stamp_by_another_authority(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """Only a timestamp is added, of an authority that is not trusted."""
    return _stamped(subject.content, shop.forgers_time)


def annotate(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """An annotation covers the text."""
    kind = luck.choice(["/FreeText", "/Square", "/Stamp", "/Redact", "/Widget"])

    def cover(writer: IncrementalPdfFileWriter) -> None:
        page, _ = writer.find_page_for_modification(luck.randrange(3))
        box = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 595, 842)])
        entries = {"/Type": pdf_name("/Annot"), "/Subtype": pdf_name(kind), "/Rect": box, "/F": generic.NumberObject(4)}
        text = {"/Contents": generic.pdf_string("Sans engagement"), "/DA": generic.pdf_string("/Helv 9 Tf")}
        made = writer.add_object(generic.DictionaryObject({pdf_name(k): v for k, v in (entries | text).items()}))
        writer.register_annotation(page, made)

    return _updated(subject.content, cover)


def replace_an_object(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """One object becomes a copy of another, or nothing."""

    def replace(writer: IncrementalPdfFileWriter) -> None:
        known = sorted(ref.idnum for ref in writer.prev.xrefs.explicit_refs_in_revision(0))
        target, source = luck.choice(known), luck.choice(known)
        found: Any = generic.NullObject()
        if luck.random() < 0.8:
            found = writer.prev.get_object(generic.Reference(source, 0, writer.prev))
        if target == _info(writer) and not isinstance(found, generic.DictionaryObject):
            # pyHanko dates what it writes there: nothing is left but that date.
            found = generic.DictionaryObject()
        writer.objects[(0, target)] = found

    return _updated(subject.content, replace)


def change_the_catalog(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """The catalog loses or gains something: fields, permissions, proofs, an action at opening."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        name = luck.choice(
            ["/AcroForm", "/Perms", "/DSS", "/Metadata", "/StructTreeRoot", "/OpenAction", "/OCProperties"]
        )
        if name in writer.root and luck.random() < 0.7:
            del writer.root[name]
        else:
            script = {"/S": pdf_name("/JavaScript"), "/JS": generic.pdf_string("app.alert('oui')")}
            writer.root[name] = generic.DictionaryObject({pdf_name(k): v for k, v in script.items()})
        writer.update_root()

    return _updated(subject.content, change)


def add_proofs_without_timestamp(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """A certificate of the forger's in the document's security store."""

    def add(writer: IncrementalPdfFileWriter) -> None:
        store = DocumentSecurityStore(writer)
        store.register_vri(pdf_name("/" + "A" * 40), certs=[shop.forger.key.certificate])
        writer.root["/DSS"] = writer.add_object(store.as_pdf_object())
        writer.update_root()

    return _updated(subject.content, add)


def hide_pages(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """Pages are left out, or shown in another order."""

    def hide(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        kids = [pages["/Kids"].raw_get(index) for index in range(len(pages["/Kids"]))]
        luck.shuffle(kids)
        kept = kids[: luck.randrange(1, len(kids))]
        pages["/Kids"] = generic.ArrayObject(kept)
        pages["/Count"] = generic.NumberObject(len(kept))
        writer.update_container(pages)

    return _updated(subject.content, hide)


def rewrite_a_byte_range(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """Other numbers in the range that the signature says to cover, in place."""
    place = luck.choice(_places(subject.content, b"/ByteRange ["))
    end = subject.content.index(b"]", place)
    numbers = [int(number) for number in subject.content[place:end].split()]
    lies = luck.choice(
        [
            [0, 0, 0, 0],
            [numbers[0], numbers[1] - luck.randrange(1, 90), *numbers[2:]],
            [*numbers[:2], numbers[2] + luck.randrange(1, 90), numbers[3]],
            [*numbers[:3], max(numbers[3] - luck.randrange(1, 300), 0)],
            [0, len(subject.content)],
            [-1, *numbers[1:]],
        ]
    )
    written = " ".join(map(str, lies)).encode()
    room = subject.content.index(b"/", end) - place - 1
    return subject.content[:place] + (written + b"]").ljust(room) + subject.content[place + room :]


def wrap_the_signature(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """The signed end is moved away, and lies are put between: the signature's object says where both parts are."""
    start, end = rooms(subject.content)[0]
    tail = subject.content[end:]
    lies = b"\n" + _LIES + b" " * luck.randrange(100) + b"\n"

    def move(writer: IncrementalPdfFileWriter) -> None:
        signature = _signature(writer)
        numbers = (0, start, end + len(lies), len(tail))
        signature["/ByteRange"] = generic.ArrayObject([generic.NumberObject(n) for n in numbers])
        writer.update_container(signature)

    moved = subject.content[:end] + lies + tail
    return luck.choice([moved, _updated(subject.content, move)])


def empty_the_signature(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """What a reader checks is missing, null, empty or absurd (universal signature forgery)."""
    nothing: list[Any] = [generic.NullObject(), generic.ByteStringObject(b""), generic.ByteStringObject(b"\0")]
    ranges: list[Any] = [generic.NullObject(), generic.ArrayObject([generic.NumberObject(0)] * 4)]

    def empty(writer: IncrementalPdfFileWriter) -> None:
        signature = _signature(writer)
        name = luck.choice(["/Contents", "/ByteRange", "/SubFilter", "/Filter", "/Reference"])
        if luck.random() < 0.3 and name in signature:
            del signature[name]
        else:
            signature[name] = luck.choice(ranges if name == "/ByteRange" else nothing)
        writer.update_container(signature)

    return _updated(subject.content, empty)


def sign_again(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """Another signature is added over the first."""
    metadata = signers.PdfSignatureMetadata(field_name="Autre")
    writer = IncrementalPdfFileWriter(BytesIO(subject.content))
    signer = shop.forger._signer
    return bytes(_BoldSigner(metadata, signer).sign_pdf(writer, bytes_reserved=8192).getvalue())


def strip(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """The signature is taken off, and the text changed; the forger may seal the result, under the same names."""
    with pikepdf.open(BytesIO(subject.content)) as opened:
        for name in ("/AcroForm", "/Perms", "/DSS"):
            if name in opened.Root:
                del opened.Root[name]
        opened.pages[luck.randrange(3)].contents_add(_LIES)
        for page in opened.pages:
            if "/Annots" in page:
                del page["/Annots"]
        out = BytesIO()
        opened.save(out)
    return luck.choice([out.getvalue(), shop.forger.seal(out.getvalue(), "reference"), shop.forger.seal(pdf(), "1")])


def save_again(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """A program opens and saves the file: nothing is said to have changed."""
    out = BytesIO()
    with pikepdf.open(BytesIO(subject.content)) as opened:
        opened.docinfo["/Title"] = f"CER {luck.randrange(100)}"
        opened.save(out, linearize=luck.random() < 0.5)
    return out.getvalue()


def borrow_a_signature(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """The signature of another document stands in this one's room."""
    others = [one for one in shop.subjects if one.content != subject.content]
    source = luck.choice(others).content
    room, other = luck.choice(rooms(subject.content)), luck.choice(rooms(source))
    borrowed = source[other[0] + 1 : other[1] - 1]
    start, end = room
    fitted = borrowed[: end - start - 2].ljust(end - start - 2, b"0")
    return subject.content[: start + 1] + fitted + subject.content[end - 1 :]


def twin_the_signature(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """ECDSA verifies two values of a signature: the other one is put in."""

    def twin(signed: cms.SignedData) -> None:
        r, s = decode_dss_signature(signed["signer_infos"][0]["signature"].native)
        signed["signer_infos"][0]["signature"] = encode_dss_signature(r, ec.SECP256R1.group_order - s)

    return _resigned(subject.content, twin)


def slip_into_the_signature(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """A certificate or an unsigned attribute is added to the signature."""

    def slip(signed: cms.SignedData) -> None:
        if luck.random() < 0.5:
            signed["certificates"].append(cms.CertificateChoices("certificate", shop.forger.key.certificate))
            return
        signer = signed["signer_infos"][0]
        told = list(signer["unsigned_attrs"] or [])
        told.append(cms.CMSAttribute({"type": "message_digest", "values": [luck.randbytes(32)]}))
        signer["unsigned_attrs"] = cms.CMSAttributes(told)

    return _resigned(subject.content, slip)


def _updated(content: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(content))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _write_on_a_page(luck: Random, writer: IncrementalPdfFileWriter) -> None:
    page, _ = writer.find_page_for_modification(luck.randrange(3))
    page.get_object()["/Contents"] = writer.add_object(generic.StreamObject(stream_data=_LIES))
    writer.update_container(page.get_object())


def _stamped(content: bytes, stamping: Timestamping) -> bytes:
    stamper = signers.PdfTimeStamper(stamping.stamper(), field_name="Preuve")
    writer = IncrementalPdfFileWriter(BytesIO(content))
    return bytes(stamper.timestamp_pdf(writer, "sha256").getvalue())


def _info(writer: IncrementalPdfFileWriter) -> int | None:
    """The number of the document information dictionary."""
    info = writer.prev.trailer.raw_get("/Info") if "/Info" in writer.prev.trailer else None
    return info.idnum if isinstance(info, generic.IndirectObject) else None


def _signature(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/AcroForm"]["/Fields"][0]["/V"]


def _places(content: bytes, mark: bytes) -> list[int]:
    found, place = [], 0
    while (place := content.find(mark, place)) >= 0:
        place += len(mark)
        found.append(place)
    return found


def _resigned(content: bytes, change: Callable[[cms.SignedData], None]) -> bytes:
    """The seal's own room, filled with a signature that was changed; as long as it fits."""
    start, end = rooms(content)[0]
    again = cms.ContentInfo.load(bytes.fromhex(content[start + 1 : end - 1].decode()))
    change(again["content"])
    written: bytes = again.dump().hex().upper().encode()
    return content[: start + 1] + written.ljust(end - start - 2, b"0")[: end - start - 2] + content[end - 1 :]
