"""Forgeries of an addendum: of another evidence, changed, signed by another; or the evidence under it swapped."""

import json
from collections.abc import Callable
from dataclasses import replace
from random import Random

from services.signature.adapters.confronting import Match, confront_addendum
from services.signature.domain.canonical import canonical
from tests.tamper import bytewise, evidence
from tests.tamper.evidence import Tally, other
from tests.tamper.subjects import Proven, Subject, Workshop

# The addendum and the evidence that it is held against.
Forged = tuple[bytes, bytes]


def swap_the_addendum(luck: Random, proven: Proven, shop: Workshop) -> Forged:
    """The addendum of another evidence."""
    return other(luck, proven, shop).addendum, _either(luck, proven)


def swap_the_evidence(luck: Random, proven: Proven, shop: Workshop) -> Forged:
    """The addendum stays, the evidence is another's."""
    return proven.addendum, _either(luck, other(luck, proven, shop))


def draw_the_evidence_up_again(luck: Random, proven: Proven, shop: Workshop) -> Forged:
    """The evidence says the same and is signed again, as another."""
    return proven.addendum, shop.forgers_proof.written


def give_an_evidence(luck: Random, proven: Proven, shop: Workshop) -> Forged:
    """What the Département has signed, but no addendum."""
    return luck.choice([proven.written, other(luck, proven, shop).written, proven.dossier]), _either(luck, proven)


def point_it_here(luck: Random, proven: Proven, shop: Workshop) -> Forged:
    """The addendum of another evidence says this one's fingerprint."""
    told = json.loads(other(luck, proven, shop).addendum)
    told["evidence"]["completes"] = json.loads(proven.addendum)["evidence"]["completes"]
    return canonical(told), _either(luck, proven)


def sign_as_another(luck: Random, proven: Proven, shop: Workshop) -> Forged:
    """The forger signs an addendum under the same names, to their own evidence or to the Département's."""
    return luck.choice([shop.forgers_proof.addendum, shop.forgers_addendum]), _either(luck, proven)


def change_the_file(luck: Random, proven: Proven, shop: Workshop) -> Forged:
    """A fact, the signature, the instant: all that is done to an evidence."""
    if luck.random() < 0.4:
        lent = other(luck, proven, shop).addendum
        return evidence.with_borrowed_signature(luck, proven.addendum, lent), _either(luck, proven)
    way = luck.choice([evidence.change_a_fact, evidence.lengthen_the_timestamp])
    return way(luck, replace(proven, written=proven.addendum), shop), _either(luck, proven)


def change_bytes(luck: Random, proven: Proven, shop: Workshop) -> Forged:
    """Bytes changed, lost, added or moved."""
    ways = (bytewise.flip_a_bit, bytewise.overwrite_a_run, bytewise.drop_a_run, bytewise.insert_a_run, bytewise.cut)
    return luck.choice(ways)(luck, Subject("addendum", proven.addendum), shop), _either(luck, proven)


FORGERIES: tuple[Callable[[Random, Proven, Workshop], Forged], ...] = (
    swap_the_addendum,
    swap_the_evidence,
    draw_the_evidence_up_again,
    give_an_evidence,
    point_it_here,
    sign_as_another,
    change_the_file,
    change_bytes,
)


def forge_addenda(shop: Workshop, runs: int, seed: int) -> Tally:
    """Makes as many forgeries, each kind in turn, and holds each addendum against its evidence."""
    told, luck = Tally(), Random(seed)
    for number in range(runs):
        forgery, proven = FORGERIES[number % len(FORGERIES)], luck.choice(shop.proven)
        forged = forgery(luck, proven, shop)
        while forged in {(proven.addendum, proven.written), (proven.addendum, proven.dossier)}:
            forged = forgery(luck, proven, shop)
        match = completion(*forged, shop)
        told.matches[match] += 1
        told.kinds[forgery.__name__] += 1
        if match is Match.AGREES:
            told.accepted.append(f"{number}: {forgery.__name__} of {proven.name}")
    return told


def completion(addendum: bytes, proof: bytes, shop: Workshop) -> Match:
    """What is said of an addendum beside this evidence."""
    return confront_addendum(addendum, proof, shop.trust, shop.now).match


def _either(luck: Random, proven: Proven) -> bytes:
    return luck.choice([proven.written, proven.dossier])
