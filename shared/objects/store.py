"""Files under a prefix for each owner, in a local folder or an S3 bucket; written once, verified at each reading."""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore, from_url

from shared.events.files import FileRef
from shared.objects.encryption import HEADER, FileKeys, Header, altered
from shared.objects.errors import BadObjectName, NotGranted, ObjectExists, ObjectMissing, ObjectsAway
from shared.objects.grants import OWNERS, may_read
from shared.security.secrets import SecretKeyUnusable

P = ParamSpec("P")
R = TypeVar("R")

SCHEME = "object:"
# Encrypting this much takes a millisecond: more is done beside the event loop.
_AT_ONCE = 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)*")
# The library's own patience is of minutes: who waits for an answer, or a work row, tries again sooner.
PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True)
class Listed:
    """A file as the store lists it. `stored_at` is the store's own time."""

    name: str
    stored_at: datetime


class Objects:
    """The object store, seen by one service.

    `location` is a folder, or a URL that obstore knows (`s3://bucket/prefix`; credentials and endpoint come from the
    usual `AWS_…` variables). The service writes under its own prefix, and reads what `grants` lists. With `keys`, what
    it writes is encrypted; what was written in clear before is still read, as long as its sha256 holds.
    `patience` bounds one request to a bucket; it is tried three times.
    """

    def __init__(
        self, location: str, service: str, keys: FileKeys | None = None, patience: timedelta = PATIENCE
    ) -> None:
        self._service = service
        self._keys = keys or FileKeys({})
        self._folder = None if "://" in location else Path(location)
        self._store: Any = (
            LocalStore(location, mkdir=True) if self._folder else from_url(location, **_bucket(location, patience))
        )

    async def put(self, name: str, data: bytes) -> FileRef:
        """Stores the bytes under `<service>/<name>`; the same bytes again change nothing.

        Raises ObjectExists when other bytes stand there, BadObjectName, NotGranted when this service owns no prefix,
        ObjectsAway.
        """
        path = self._own(name)
        ref = FileRef(uri=uri_of(self._service, name), sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        stored = await _aside(data, self._keys.seal, path, data) if self._keys.current else data
        with _reaching():
            try:
                await self._store.put_async(path, stored, mode="create")
            except AlreadyExistsError:
                if hashlib.sha256(await self._content(path)).hexdigest() != ref.sha256:
                    raise ObjectExists("Un autre contenu porte déjà ce nom : choisissez un nom nouveau.") from None
            await self._flushed(path)
        return ref

    async def get(self, ref: FileRef) -> bytes:
        """The bytes that the reference names, verified.

        Raises NotGranted, ObjectMissing, ObjectAltered (the sha256 differs), ObjectKeyMissing, BadObjectName,
        ObjectsAway.
        """
        path = self._readable(ref)
        with _reaching():
            data = await self._content(path)
        if hashlib.sha256(data).hexdigest() != ref.sha256:
            raise altered()
        return data

    async def get_range(self, ref: FileRef, start: int, stop: int) -> bytes:
        """The bytes from `start` up to `stop`, authenticated: only the segments that hold them are read.

        A file in clear has no segments: it is read whole, and verified. Raises what `get` raises, and ValueError for
        bytes that the reference does not have.
        """
        if not 0 <= start < stop <= ref.size:
            raise ValueError("a range lies within its file")
        path = self._readable(ref)
        with _reaching():
            stored_size, head = await self._part(path, 0, HEADER)
            header = Header.read(head)
            if header is None:
                return (await self.get(ref))[start:stop]
            if header.size != ref.size or stored_size != header.stored_size:
                raise altered()
            unsealing = self._keys.unsealing(path, header)
            _, stored = await self._part(path, *unsealing.span(start, stop))
        return await _aside(stored, unsealing.open, stored, start, stop)

    async def reencrypt(self, name: str) -> bool:
        """Has `<service>/<name>` encrypted by the current key; False when it is already, or is gone.

        A file that is destroyed at the very moment may come back; the erasure passes a second time for such. Raises
        what `get` raises, and SecretKeyUnusable when there is no current key.
        """
        path = self._own(name)
        if not self._keys.current:
            raise SecretKeyUnusable("CER_OBJECTS_KEY ne nomme aucune clé : choisissez celle qui chiffre.")
        with _reaching():
            try:
                _, head = await self._part(path, 0, HEADER)
                header = Header.read(head)
                if header is not None and header.kid == self._keys.current:
                    return False
                content = await self._content(path)
            except ObjectMissing:
                return False
            await self._store.put_async(path, await _aside(content, self._keys.seal, path, content), mode="overwrite")
            await self._flushed(path)
        return True

    async def key_of(self, name: str) -> str | None:
        """The id of the key that encrypted `<service>/<name>`; none when it stands in clear. Raises ObjectMissing."""
        with _reaching():
            _, head = await self._part(self._own(name), 0, HEADER)
        header = Header.read(head)
        return header.kid if header else None

    async def delete(self, name: str) -> None:
        """Destroys `<service>/<name>`; no error when it is not there. Raises BadObjectName, NotGranted, ObjectsAway."""
        path = self._own(name)
        with _reaching():
            try:
                await self._store.delete_async(path)
            except (NotFoundError, FileNotFoundError):
                return

    async def listed(self, folder: str = "") -> AsyncIterator[list[Listed]]:
        """What this service has under `<service>/<folder>/`, some at a time. Raises ObjectsAway, NotGranted."""
        inside = f"{self._own(folder)}/" if folder else f"{self._owner()}/"
        with _reaching():
            async for some in self._store.list(inside):
                yield [Listed(one["path"].removeprefix(f"{self._service}/"), one["last_modified"]) for one in some]

    def _owner(self) -> str:
        if self._service not in OWNERS:
            raise NotGranted(f"Le service « {self._service} » n'enregistre pas de fichiers.")
        return self._service

    def _own(self, name: str) -> str:
        return f"{self._owner()}/{_checked(name)}"

    def _readable(self, ref: FileRef) -> str:
        path = _path(ref.uri)
        owner = path.partition("/")[0]
        if not may_read(self._service, owner):
            raise NotGranted(f"Le service « {self._service} » ne lit pas les fichiers de « {owner} ».")
        return path

    async def _content(self, path: str) -> bytes:
        """What the file holds, in clear."""
        stored = await self._read(path)
        header = Header.read(stored)
        if header is None:
            return stored
        unsealing = self._keys.unsealing(path, header)
        if len(stored) != header.stored_size:
            raise altered()
        return await _aside(stored, unsealing.open, stored[HEADER:], 0, header.size)

    async def _read(self, path: str) -> bytes:
        with _finding():
            found = await self._store.get_async(path)
            return bytes(await found.bytes_async())

    async def _part(self, path: str, start: int, end: int) -> tuple[int, bytes]:
        """The size of the stored file, and a part of it, or what there is of that."""
        with _finding():
            size = (await self._store.head_async(path))["size"]
            if start >= size:
                return size, b""
            return size, bytes(await self._store.get_range_async(path, start=start, end=min(end, size)))

    async def _flushed(self, path: str) -> None:
        if self._folder is not None:
            await asyncio.to_thread(_flush, self._folder, self._folder / path)


def uri_of(service: str, name: str) -> str:
    """How rows and events point at a file."""
    return f"{SCHEME}{service}/{name}"


def name_in(uri: str) -> str:
    """The name under its owner's prefix. Raises BadObjectName."""
    return _path(uri).partition("/")[2]


def _bucket(location: str, patience: timedelta) -> dict[str, Any]:
    if not location.startswith(("s3://", "s3a://", "https://", "http://")):
        return {}
    # Options given here take the place of the variable, which the library would read.
    plain = os.environ.get("AWS_ALLOW_HTTP", "").lower() in {"1", "true"}
    return {
        "client_options": {
            "allow_http": plain,
            "timeout": patience,
            "connect_timeout": min(patience, timedelta(seconds=5)),
        },
        "retry_config": {"max_retries": 2, "retry_timeout": patience * 1.5},
    }


@contextmanager
def _reaching() -> Iterator[None]:
    """What the store says of itself, under one name."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise ObjectsAway(
            "Le magasin de fichiers ne répond pas ou n'a plus de place : rien n'a été enregistré. Réessayez dans un "
            f"instant ; si cela dure, prévenez l'administrateur ({type(error).__name__})."
        ) from error


@contextmanager
def _finding() -> Iterator[None]:
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise ObjectMissing("Le fichier n'est pas dans le magasin : prévenez l'administrateur.") from None


async def _aside(size_of: bytes, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Ciphers small contents at once, large ones in a thread."""
    if len(size_of) <= _AT_ONCE:
        return act(*args, **kwargs)
    return await asyncio.to_thread(act, *args, **kwargs)


def _path(uri: str) -> str:
    if not uri.startswith(SCHEME):
        raise BadObjectName("L'adresse d'un fichier commence par « object: ».")
    return _checked(uri.removeprefix(SCHEME))


def _checked(name: str) -> str:
    """A relative name without `..`, empty parts or anything that a file system or a URL reads in its own way."""
    if not _NAME.fullmatch(name):
        raise BadObjectName("Un nom de fichier ne contient que lettres, chiffres, points, tirets et barres obliques.")
    return name


def _flush(root: Path, path: Path) -> None:
    """Brings the file and the names that lead to it to the disk: the event that points at it must not outlive it."""
    for target in (path, *path.parents):
        descriptor = os.open(target, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if target == root:
            return
