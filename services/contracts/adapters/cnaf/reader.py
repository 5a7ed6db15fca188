"""Streams the foyers of a flow: each is checked against the schema, read, and forgotten.

A foyer that does not fit is refused with its line, and the others go on. Tags that the schema does not know, as a later
version of it may bring, are left out and counted by name; those that it knows stay checked. Entities, DTDs and the
network are off, and the memory used does not depend on the size of the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from services.contracts.adapters.cnaf.foyer import UnreadableFoyer, read_foyer
from services.contracts.adapters.cnaf.source import FlowSource
from services.contracts.application.ports import Nirs
from services.contracts.domain.imports.flow import BrokenFlow, FlowFacts, ReadFoyer, Refused

SCHEMA = Path(__file__).with_name("vrsb0801.xsd")
ROOT, HEADER, FOYER, TRAILER = "Racine", "IdentificationFlux", "InfosFoyerRSA", "TransmissionFlux"

MAX_TAG, MAX_TAGS, OTHER_TAGS = 80, 100, "(autres)"

Parser = etree.XMLPullParser[etree._Element]

_NOT_A_FLOW = ("not-a-flow", f"L'élément racine n'est pas {ROOT} : ce n'est pas un flux CNAF.")

# By the kind of libxml2's error; the rest of a message may repeat what the file says of a person, so it is not shown.
_REASONS = {
    "SCHEMAV_ELEMENT_CONTENT": "élément inattendu, mal placé ou manquant",
    "SCHEMAV_CVC_MAXLENGTH_VALID": "valeur trop longue",
    "SCHEMAV_CVC_TOTALDIGITS_VALID": "nombre trop long",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "valeur du mauvais type",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "attribut inattendu",
}


def read_flow(
    file: BinaryIO, facts: FlowFacts | None = None, nirs: Nirs | None = None
) -> Iterator[ReadFoyer | Refused]:
    """The foyers of a flow, in order; what cannot be taken in comes as a refusal. `facts` is filled in meanwhile.

    Without `nirs` no NIR is read.

    Raises BrokenFlow where the file cannot be read further: not a flow, malformed, truncated, an entity.
    """
    source = FlowSource(file)
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=(ROOT, HEADER, FOYER, TRAILER),
        huge_tree=False,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    state = _State(facts or FlowFacts(), nirs)
    while chunk := source.read():
        broken_at = _feed(parser, chunk)
        yield from _parts(parser, source, state)
        if broken_at is not None:
            reason = "Le XML est malformé à cette ligne ; les foyers précédents sont pris en compte."
            raise _broken(broken_at, "malformed", reason)
    if not state.root_closed:
        raise _unfinished(parser, source)
    if not state.trailer_seen:
        raise _broken(source.line, "incomplete", f"{TRAILER} manque à la fin : le fichier est incomplet.")


def _unfinished(parser: Parser, source: FlowSource) -> BrokenFlow:
    try:
        parser.close()
    except etree.XMLSyntaxError:
        return _broken(source.line, "truncated", "Le fichier est tronqué ; les foyers complets sont pris en compte.")
    return _broken(1, *_NOT_A_FLOW)


def _feed(parser: Parser, chunk: bytes) -> int | None:
    """Feeds the parser; the line of its first error if there is one. It stumbles on after some of them."""
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        return error.lineno or 1
    first = next(iter(parser.feed_error_log), None)
    return first.line if first is not None else None


@dataclass
class _State:
    facts: FlowFacts
    nirs: Nirs | None
    root_closed: bool = False
    trailer_seen: bool = False


def _parts(parser: Parser, source: FlowSource, state: _State) -> Iterator[ReadFoyer | Refused]:
    for event, element in parser.read_events():
        if event == "start":
            _check_no_dtd(element)
        elif element.tag == ROOT:
            state.root_closed = True
        else:
            _check_place(element)
            yield from _unexpected_before(element, state.facts)
            _leave_out_unknown(element, state.facts)
            if element.tag == HEADER:
                state.facts.type_flux = (element.findtext("TYPEFLUX") or "").strip()
            yield from _part(element, source.encoding, state)
            state.trailer_seen = element.tag == TRAILER
            source.foyer_done()
            _forget(element)


def _check_no_dtd(element: etree._Element) -> None:
    if element.tag == ROOT and element.getroottree().docinfo.internalDTD is not None:
        raise _broken(1, "doctype", "Le fichier déclare des entités ou une DTD : un flux CNAF n'en a pas.")


def _check_place(part: etree._Element) -> None:
    """Raises BrokenFlow for a part that does not stand right under the flow's root."""
    root = part.getparent()
    if root is None or root.tag != ROOT or root.getparent() is not None:
        raise _broken(1, *_NOT_A_FLOW)


def _unexpected_before(element: etree._Element, facts: FlowFacts) -> Iterator[Refused]:
    """What stands between two parts of the flow, where nothing is expected."""
    for other in element.itersiblings(preceding=True):
        if str(other.tag) not in _known_tags():
            _count(other, facts)
        elif other.tag not in {HEADER, FOYER}:
            yield Refused(other.sourceline or 0, "schema", "Élément inattendu entre les foyers (schéma vrsb0801).")


def _leave_out_unknown(part: etree._Element, facts: FlowFacts) -> None:
    """Takes out of a part the elements that the schema does not know, with what they hold."""
    unknown = [one for one in part.iterdescendants() if str(one.tag) not in _known_tags()]
    for one in unknown:
        parent = one.getparent()
        _count(one, facts)
        if parent is not None:
            parent.remove(one)


def _count(unknown: etree._Element, facts: FlowFacts) -> None:
    """By name, for a bounded number of names: a hostile file may make one up for each element."""
    name = str(unknown.tag)[:MAX_TAG]
    known = name in facts.unknown_tags or len(facts.unknown_tags) < MAX_TAGS
    facts.unknown_tags[name if known else OTHER_TAGS] += 1


def _part(element: etree._Element, encoding: str, state: _State) -> Iterator[ReadFoyer | Refused]:
    if element.tag == FOYER:
        yield _read(element, encoding, state)
    elif not _schema().validate(element):
        yield _refusal(element.sourceline or 0, _schema().error_log)


def _read(element: etree._Element, encoding: str, state: _State) -> ReadFoyer | Refused:
    line = element.sourceline or 0
    schema = _schema()
    if not schema.validate(element):
        return _refusal(line, schema.error_log)
    try:
        return read_foyer(element, encoding, state.facts, state.nirs)
    except UnreadableFoyer as unreadable:
        return Refused(unreadable.line or line, unreadable.code, unreadable.reason)


def _refusal(line: int, errors: "etree._ListErrorLog") -> Refused:
    first = errors[0]
    where = (first.path or "").rsplit("/", 1)[-1].split("[")[0] or FOYER
    reason = _REASONS.get(first.type_name, "non conforme au schéma")
    return Refused(first.line or line, "schema", f"{where} : {reason} (schéma vrsb0801).")


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _broken(line: int, code: str, reason: str) -> BrokenFlow:
    return BrokenFlow(Refused(line, code, reason))


@cache
def _known_tags() -> frozenset[str]:
    """Every name that the schema gives to an element."""
    named = etree.parse(SCHEMA, etree.XMLParser(no_network=True, resolve_entities=False)).iter("{*}element")
    return frozenset(str(one.get("name") or one.get("ref")) for one in named)


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA, etree.XMLParser(no_network=True, resolve_entities=False)))
