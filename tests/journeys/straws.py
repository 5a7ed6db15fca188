"""Everything that the system keeps or shows, in pieces that can be searched: what must not be there is looked for."""

import io
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pikepdf
import pypdfium2
from aiokafka import AIOKafkaConsumer
from joserfc import jwe
from joserfc.jwk import ECKey, KeySet

from deploy.embedded.databases import database_secret
from deploy.embedded.services import SERVICES
from deploy.journey.system import Running
from shared.objects.encryption import HEADER, FileKeys, Header
from tests.fixtures.topics import read_topic

_TOKEN = re.compile(rb"eyJ[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+")


class _LongBlocks(jwe.JWERegistry):
    """The library opens no more than 64 KiB by default."""

    max_ciphertext_length = 1024 * 1024


@dataclass(frozen=True)
class Straw:
    """A piece and where it lies: `kind:place`."""

    where: str
    content: bytes


def word(text: str) -> "re.Pattern[bytes]":
    """A word of ASCII as text, in UTF-16 (what PDF makes of strings), and both in hexadecimal (bytea, PDF again)."""
    forms = [text.encode(), text.encode("utf-16-be"), text.encode("utf-16-le")]
    written = [*forms, *(form.hex().encode() for form in forms)]
    return re.compile(b"|".join(re.escape(form) for form in written), re.IGNORECASE)


def digits(code: str, gap: str = "(?: |\u00a0|\u202f|-)?") -> "re.Pattern[bytes]":
    """A code of six digits as it is, and in groups of three; not as a part of a longer number, nor a fraction."""
    return re.compile(rb"(?<![\w.])" + f"{code[:3]}{gap}{code[3:]}".encode() + rb"(?!\w)")


def found(needle: "re.Pattern[bytes]", straws: Iterable[Straw]) -> set[str]:
    """Where it lies."""
    return {straw.where for straw in straws if needle.search(straw.content)}


def opened(straws: Iterable[Straw], running: Running) -> Iterator[Straw]:
    """The same, and each sealed block in them, opened with the private keys of all readers."""
    folder = running.state.var / "keys" / "blocks"
    keys = KeySet([ECKey.import_key(json.loads(path.read_text())) for path in folder.glob("*.private.json")])
    registry = _LongBlocks(algorithms=["ECDH-ES", "A256GCM"])
    for straw in straws:
        yield straw
        for token in _TOKEN.findall(straw.content):
            block = jwe.decrypt_compact(token, keys, registry=registry)
            name = str(block.headers()["typ"]).removeprefix("cer-").removesuffix("+json")
            yield Straw(f"{straw.where} > {name}", block.plaintext or b"")


async def topics(running: Running) -> list[Straw]:
    """Every record of every topic: key, headers, value."""
    kafka = running.state.addresses["kafka"]
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    names = sorted(await consumer.topics())
    await consumer.stop()
    return [
        Straw(f"topic:{name}", part)
        for name in names
        for record in await read_topic(kafka, name)
        for part in (record.key, record.value, *(value for _, value in record.headers))
        if part
    ]


async def databases(running: Running) -> list[Straw]:
    """Every value of every column of every table of every service."""
    straws: list[Straw] = []
    for service in SERVICES:
        url = running.state.secret(database_secret(service)).replace("+asyncpg", "")
        connection = await asyncpg.connect(url)
        straws += [straw async for straw in _tables(service, connection)]
        await connection.close()
    return straws


async def _tables(service: str, connection: asyncpg.Connection) -> AsyncIterator[Straw]:
    for table in await connection.fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"):
        for row in await connection.fetch(f'SELECT * FROM "{table["name"]}"'):
            for column, value in row.items():
                content = value if isinstance(value, bytes) else str(value).encode()
                yield Straw(f"database:{service}.{table['name']}.{column}", content)


def mails(running: Running) -> list[Straw]:
    """Every mail, without its files: subject, text, HTML."""
    return [
        Straw(f"mail:{mail['to'][0]}", json.dumps(mail, ensure_ascii=False).encode())
        for mail in running.messages("mail", "")
    ]


def sms(running: Running) -> list[Straw]:
    """Every SMS."""
    return [Straw(f"sms:{one['to'][0]}", one["text"].encode()) for one in running.messages("sms", "")]


def pdfs(running: Running) -> list[Straw]:
    """Every PDF that is kept or was sent: its text as it is read, and all of its objects without compression."""
    sent = ((path, path.read_bytes()) for path in _files([running.state.folder("outbox") / "files"]))
    files = [*_stored(running), *sent]
    return [straw for path, content in files if content.startswith(b"%PDF") for straw in _pdf(path, content)]


def _stored(running: Running) -> Iterator[tuple[Path, bytes]]:
    """The files of the object store, which lie there encrypted, as their owners read them."""
    root = running.state.var / "objects"
    keys = FileKeys.load(running.state.var / "keys" / "files", "")
    for path in _files([root]):
        stored = path.read_bytes()
        header = Header.read(stored)
        assert header is not None, path.name
        unsealing = keys.unsealing(path.relative_to(root).as_posix(), header)
        yield path, unsealing.open(stored[HEADER:], 0, header.size)


def _pdf(path: Path, content: bytes) -> Iterator[Straw]:
    document = pypdfium2.PdfDocument(content)
    text = "\n".join(document[number].get_textpage().get_text_bounded() for number in range(len(document)))
    document.close()
    yield Straw(f"pdf:{path.name}", text.encode())
    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(
            plain,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    yield Straw(f"pdf objects:{path.name}", plain.getvalue())


def other_files(running: Running) -> list[Straw]:
    """What the object store keeps beside PDFs, of which those of evidence carry theirs."""
    kept = _stored(running)
    return [Straw(f"object:{path.suffix}", content) for path, content in kept if path.suffix != ".pdf"]


def logs(running: Running) -> list[Straw]:
    """The log of every process."""
    return [Straw(f"log:{path.stem}", path.read_bytes()) for path in _files([running.state.var / "log"])]


def traces(running: Running) -> list[Straw]:
    """The spans of every service."""
    return [Straw(f"trace:{path.stem}", path.read_bytes()) for path in _files([running.state.var / "traces"])]


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())
