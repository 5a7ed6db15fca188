"""Forgeries that know nothing of PDF: bytes changed, lost, added, moved."""

from random import Random

from tests.tamper.subjects import Subject, Workshop


def flip_a_bit(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """One bit, anywhere."""
    return _changed(subject.content, luck.randrange(len(subject.content)), 1 << luck.randrange(8))


def flip_a_bit_of_a_signature(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """One bit of a signature's room, the only part that no digest covers."""
    start, end = luck.choice(rooms(subject.content))
    return _changed(subject.content, luck.randrange(start, end), 1 << luck.randrange(8))


def write_another_digit_in_a_signature(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """One hexadecimal digit of a signature, in either case: most of what is unsigned is reached so."""
    start, end = luck.choice(rooms(subject.content))
    used = subject.content[start + 1 : end - 1].rstrip(b"0")
    place = start + 1 + luck.randrange(max(len(used), 1))
    digit = luck.choice(b"0123456789ABCDEFabcdef")
    return subject.content[:place] + bytes([digit]) + subject.content[place + 1 :]


def overwrite_a_run(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """Some bytes in a row, by any."""
    place = luck.randrange(len(subject.content))
    run = luck.randbytes(luck.randrange(1, 200))
    return subject.content[:place] + run + subject.content[place + len(run) :]


def drop_a_run(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """Some bytes in a row."""
    place, length = luck.randrange(len(subject.content)), luck.randrange(1, 200)
    return subject.content[:place] + subject.content[place + length :]


def insert_a_run(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """Bytes that were not there: any, blanks, or a comment."""
    place = luck.randrange(len(subject.content))
    run = luck.choice([luck.randbytes(luck.randrange(1, 60)), b"\n", b" " * luck.randrange(1, 9), b"%\n"])
    return subject.content[:place] + run + subject.content[place:]


def exchange_two_runs(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """Two parts change places."""
    first, second, third, fourth = sorted(luck.sample(range(len(subject.content)), 4))
    content = subject.content
    return content[:first] + content[third:fourth] + content[second:third] + content[first:second] + content[fourth:]


def cut(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """The end is missing, by a little or by much."""
    most = luck.choice([4, 400, len(subject.content)])
    return subject.content[: -luck.randrange(1, most)]


def append(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """Something after the end: bytes, blanks, another end of file, another PDF."""
    other = luck.choice(shop.subjects).content
    tail = luck.choice([luck.randbytes(luck.randrange(1, 300)), b"\n", b"\0" * 9, b"%%EOF\n", b"\n%%EOF\n", other])
    return subject.content + tail


def prepend(luck: Random, subject: Subject, shop: Workshop) -> bytes:
    """Something before the beginning, as readers allow it."""
    return luck.choice([b"\n", b"%PDF-1.4\n", luck.randbytes(20)]) + subject.content


def rooms(content: bytes) -> list[tuple[int, int]]:
    """Where signatures stand, brackets included."""
    found, place = [], 0
    while (place := content.find(b"/Contents <", place)) >= 0:
        start = place + len(b"/Contents ")
        place = content.index(b">", start) + 1
        found.append((start, place))
    return found


def _changed(content: bytes, place: int, bits: int) -> bytes:
    return content[:place] + bytes([content[place] ^ bits]) + content[place + 1 :]
