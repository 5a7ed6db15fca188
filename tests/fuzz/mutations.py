"""Bytes made from a corpus: cut, repeated, spliced, with what is known to hurt put in. Seeded: a run repeats."""

import io
import random
import zipfile
from collections.abc import Callable, Sequence

HURTFUL = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b";", b"\r", b"\n", b"\t" * 50, b"'", b"=1+1", b"\x1a", b"\x85",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"]]>", b"<![CDATA[", b"<a>" * 300, b"1E+308", b"-1", b"9" * 400,
    b"\xed\xa0\x80", b"\xc3", b"A" * 70_000, b"<?xml version='1.0' encoding='utf-16'?>", b"r=\"99999999\"", b"XFD1",
)  # fmt: skip


def mutate(chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    """One input."""
    data = chance.choice(corpus)
    if data.startswith(b"PK") and chance.random() < 0.7:
        return _inside_archive(chance, data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        data = chance.choice(_CHANGES)(chance, data, corpus)
    return data


def _inside_archive(chance: random.Random, data: bytes) -> bytes:
    """Changes one part of a workbook and closes the archive again, so that what is behind the archive is reached."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = chance.choice(names)
        for name in names:
            part = old.read(name)
            if name == chosen:
                for _ in range(chance.choice((1, 2, 4))):
                    part = chance.choice(_CHANGES)(chance, part, [part])
                if chance.random() < 0.05:
                    continue
            new.writestr(name, part)
    return out.getvalue()


def _flip(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    if not data:
        return data
    place = chance.randrange(len(data))
    return data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]


def _cut(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start, end = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    return data[:start] + data[end:] if chance.random() < 0.7 else data[:end]


def _repeat(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.randrange(200)]
    return data[:start] + piece * chance.randrange(1, 40) + data[start:]


def _insert(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice(HURTFUL) + data[place:]


def _splice(chance: random.Random, data: bytes, corpus: Sequence[bytes]) -> bytes:
    other = chance.choice(corpus)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


_CHANGES: tuple[Callable[[random.Random, bytes, Sequence[bytes]], bytes], ...] = (
    _flip, _flip, _cut, _repeat, _insert, _insert, _splice,
)  # fmt: skip
