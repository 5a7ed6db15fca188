"""Forgeries of what stands beside a sealed PDF: an evidence of something else, changed, signed or sealed by another.

And of what completes it: an addendum of another, or to another.
"""

import base64
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from services.signature.adapters.confronting import Match, confront
from services.signature.adapters.verifying import verify
from services.signature.domain.canonical import canonical
from tests.tamper import bytewise
from tests.tamper.subjects import Proven, Subject, Workshop

Forgery = Callable[[Random, Proven, Workshop], bytes]


def swap_the_json(luck: Random, proven: Proven, shop: Workshop) -> bytes:
    """The evidence of another CER."""
    return other(luck, proven, shop).written


def give_an_addendum(luck: Random, proven: Proven, shop: Workshop) -> bytes:
    """What the Département has signed, but no evidence: its own addendum, or another's."""
    return luck.choice(shop.proven).addendum


def swap_the_dossier(luck: Random, proven: Proven, shop: Workshop) -> bytes:
    """The dossier of another CER."""
    return other(luck, proven, shop).dossier


def give_a_sealed_cer(luck: Random, proven: Proven, shop: Workshop) -> bytes:
    """What the Département has sealed, but no evidence: this very CER, or another one."""
    return luck.choice(shop.proven).document


def change_a_fact(luck: Random, proven: Proven, shop: Workshop) -> bytes:
    """Another number, time, code or fingerprint in the JSON, written as it has to be."""
    told = json.loads(proven.written)
    place, name = luck.choice(list(_places(told["evidence"])))
    place[name] = place[name] + 1 if isinstance(place[name], int) else f"{place[name]}{luck.randrange(10)}"
    return canonical(told)


def point_it_here(luck: Random, proven: Proven, shop: Workshop) -> bytes:
    """The evidence of another CER says this one's fingerprints."""
    told, here = json.loads(other(luck, proven, shop).written), json.loads(proven.written)
    for name in ("shown", "sealed"):
        told["evidence"][name] = here["evidence"][name]
    return canonical(told)


def borrow_a_signature(luck: Random, proven: Proven, shop: Workshop) -> bytes:
    """The signature, the instant or both are another evidence's; or the instant is taken off."""
    return with_borrowed_signature(luck, proven.written, other(luck, proven, shop).written)


def with_borrowed_signature(luck: Random, written: bytes, of_another: bytes) -> bytes:
    """This signed JSON, under the signature, the instant or both of another; or its instant is taken off."""
    told, lent = json.loads(written), json.loads(of_another)
    for name in luck.choice([("jws",), ("timestamp",), ("jws", "timestamp")]):
        told[name] = lent[name]
    if luck.random() < 0.25:
        del told["timestamp"]
    return canonical(told)


def lengthen_the_timestamp(luck: Random, proven: Proven, shop: Workshop) -> bytes:
    """Bytes behind the token, or one of it changed."""
    told = json.loads(proven.written)
    token = bytearray(base64.b64decode(told["timestamp"]))
    if luck.random() < 0.5:
        token += luck.randbytes(luck.randrange(1, 20))
    else:
        token[luck.randrange(len(token))] ^= 1 << luck.randrange(8)
    return canonical(told | {"timestamp": base64.b64encode(token).decode()})


def sign_as_another(luck: Random, proven: Proven, shop: Workshop) -> bytes:
    """The forger signs the same content, or seals it as a dossier, under the same names."""
    return luck.choice([shop.forgers_proof.written, shop.forgers_proof.dossier])


def replace_what_it_carries(luck: Random, proven: Proven, shop: Workshop) -> bytes:
    """An update of the dossier puts another JSON in the place of its own."""
    writer = IncrementalPdfFileWriter(BytesIO(proven.dossier))
    carried = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/EF"]
    content = luck.choice([other(luck, proven, shop).written, change_a_fact(luck, proven, shop)])
    carried[pdf_name("/F")] = writer.add_object(generic.StreamObject(stream_data=content))
    writer.update_container(carried)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def seal_it_again(luck: Random, proven: Proven, shop: Workshop) -> bytes:
    """The dossier is opened, loses its seal, and is saved or sealed by the forger."""
    with pikepdf.open(BytesIO(proven.dossier)) as opened:
        for name in ("/AcroForm", "/Perms"):
            del opened.Root[name]
        for page in opened.pages:
            if "/Annots" in page:
                del page["/Annots"]
        out = BytesIO()
        opened.save(out)
    return luck.choice([out.getvalue(), shop.forger.seal(out.getvalue(), "Dossier de preuve")])


def change_bytes(luck: Random, proven: Proven, shop: Workshop) -> bytes:
    """Bytes changed, lost, added or moved, in either form."""
    content = luck.choice([proven.written, proven.dossier])
    ways = (bytewise.flip_a_bit, bytewise.overwrite_a_run, bytewise.drop_a_run, bytewise.insert_a_run, bytewise.cut)
    return luck.choice(ways)(luck, Subject("evidence", content), shop)


FORGERIES: tuple[Forgery, ...] = (
    swap_the_json,
    swap_the_dossier,
    give_a_sealed_cer,
    give_an_addendum,
    change_a_fact,
    point_it_here,
    borrow_a_signature,
    lengthen_the_timestamp,
    sign_as_another,
    replace_what_it_carries,
    seal_it_again,
    change_bytes,
)


@dataclass
class Tally:
    """How many were seen of each kind, by what was said of them; and the accepted ones, which there must not be."""

    matches: Counter[Match] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    accepted: list[str] = field(default_factory=list)


def forge_evidence(shop: Workshop, runs: int, seed: int) -> Tally:
    """Makes as many forgeries, each kind in turn, and holds each against the CER that it is beside."""
    told, luck = Tally(), Random(seed)
    # The CERs themselves are what they were: each is verified once.
    documents = {proven.name: verify(proven.document, shop.trust, shop.now) for proven in shop.proven}
    for number in range(runs):
        forgery, proven = FORGERIES[number % len(FORGERIES)], luck.choice(shop.proven)
        forged = forgery(luck, proven, shop)
        while forged in {proven.written, proven.dossier}:
            forged = forgery(luck, proven, shop)
        match = confront(forged, proven.document, documents[proven.name], shop.trust, shop.now).match
        told.matches[match] += 1
        told.kinds[forgery.__name__] += 1
        if match is Match.AGREES:
            told.accepted.append(f"{number}: {forgery.__name__} of {proven.name}")
    return told


def agreement(proven: Proven, evidence: bytes, shop: Workshop) -> Match:
    """What is said of an evidence beside this CER."""
    found = verify(proven.document, shop.trust, shop.now)
    return confront(evidence, proven.document, found, shop.trust, shop.now).match


def other(luck: Random, proven: Proven, shop: Workshop) -> Proven:
    """Another CER than this one."""
    return luck.choice([one for one in shop.proven if one is not proven])


def _places(value: Any) -> "list[tuple[Any, Any]]":
    """Where the facts of a JSON value stand."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[Any, Any]] = []
    for name, one in pairs:
        if isinstance(one, dict | list):
            found += _places(one)
        elif isinstance(one, str | int) and not isinstance(one, bool):
            found.append((value, name))
    return found
