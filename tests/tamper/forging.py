"""Draws forgeries, and counts what the verification says of them."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from services.signature.adapters.verifying import Verdict, verify
from tests.tamper import bytewise, structural
from tests.tamper.subjects import Subject, Workshop

Forgery = Callable[[Random, Subject, Workshop], bytes]

_BYTEWISE: tuple[Forgery, ...] = (
    bytewise.flip_a_bit,
    bytewise.flip_a_bit_of_a_signature,
    bytewise.write_another_digit_in_a_signature,
    bytewise.overwrite_a_run,
    bytewise.drop_a_run,
    bytewise.insert_a_run,
    bytewise.exchange_two_runs,
    bytewise.cut,
    bytewise.append,
    bytewise.prepend,
)
_STRUCTURAL: tuple[Forgery, ...] = (
    structural.update_a_page,
    structural.update_a_page_under_a_timestamp,
    structural.stamp_by_another_authority,
    structural.annotate,
    structural.replace_an_object,
    structural.change_the_catalog,
    structural.add_proofs_without_timestamp,
    structural.hide_pages,
    structural.rewrite_a_byte_range,
    structural.wrap_the_signature,
    structural.empty_the_signature,
    structural.sign_again,
    structural.strip,
    structural.save_again,
    structural.borrow_a_signature,
    structural.twin_the_signature,
    structural.slip_into_the_signature,
)
# What costs nothing to make is made twice as often.
FORGERIES = (*_BYTEWISE, *_STRUCTURAL, *_BYTEWISE)


@dataclass
class Tally:
    """How many forgeries of each kind were seen, by verdict; and the accepted ones, which there must not be."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    accepted: list[str] = field(default_factory=list)


def forge(shop: Workshop, runs: int, seed: int) -> Tally:
    """Makes as many forgeries, each kind in turn, and verifies them. One that gives the same bytes is drawn again."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    told, luck = Tally(), Random(seed)
    for number in range(runs):
        forgery = FORGERIES[number % len(FORGERIES)]
        subject, forged = _drawn(forgery, luck, shop)
        verdict = verify(forged, shop.trust, shop.now).verdict
        told.verdicts[verdict] += 1
        told.kinds[forgery.__name__] += 1
        if verdict is Verdict.INTACT:
            told.accepted.append(f"{number}: {forgery.__name__} of {subject.name}")
    return told


def _drawn(forgery: Forgery, luck: Random, shop: Workshop) -> tuple[Subject, bytes]:
    """A forgery that really is one: neither the same file, nor an earlier state of it that was just as sealed."""
    while True:
        subject = luck.choice(shop.subjects)
        forged = forgery(luck, subject, shop)
        if forged != subject.content and forged not in subject.earlier:
            return subject, forged
