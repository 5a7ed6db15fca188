"""Files under a prefix for each owner, in a local folder or an S3 bucket; written once, verified at each reading."""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore, from_url

from shared.events.files import FileRef
from shared.objects.errors import BadObjectName, NotGranted, ObjectAltered, ObjectExists, ObjectMissing, ObjectsAway
from shared.objects.grants import OWNERS, may_read

SCHEME = "object:"
_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)*")
# The library's own patience is of minutes: who waits for an answer, or a work row, tries again sooner.
_BUCKET = {
    "client_options": {"timeout": "20s", "connect_timeout": "5s"},
    "retry_config": {"max_retries": 2, "retry_timeout": timedelta(seconds=30)},
}


@dataclass(frozen=True)
class Listed:
    """A file as the store lists it. `stored_at` is the store's own time."""

    name: str
    stored_at: datetime


class Objects:
    """The object store, seen by one service.

    `location` is a folder, or a URL that obstore knows (`s3://bucket/prefix`; credentials and endpoint come from the
    usual `AWS_…` variables). The service writes under its own prefix, and reads what `grants` lists.
    """

    def __init__(self, location: str, service: str) -> None:
        self._service = service
        self._folder = None if "://" in location else Path(location)
        self._store: Any = LocalStore(location, mkdir=True) if self._folder else from_url(location, **_bucket(location))

    async def put(self, name: str, data: bytes) -> FileRef:
        """Stores the bytes under `<service>/<name>`; the same bytes again change nothing.

        Raises ObjectExists when other bytes stand there, BadObjectName, NotGranted when this service owns no prefix,
        ObjectsAway.
        """
        path = self._own(name)
        ref = FileRef(uri=uri_of(self._service, name), sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        with _reaching():
            try:
                await self._store.put_async(path, data, mode="create")
            except AlreadyExistsError:
                if hashlib.sha256(await self._read(path)).hexdigest() != ref.sha256:
                    raise ObjectExists("Un autre contenu porte déjà ce nom : choisissez un nom nouveau.") from None
            if self._folder is not None:
                await asyncio.to_thread(_flush, self._folder, self._folder / path)
        return ref

    async def get(self, ref: FileRef) -> bytes:
        """The bytes that the reference names, verified.

        Raises NotGranted, ObjectMissing, ObjectAltered (the sha256 differs), BadObjectName, ObjectsAway.
        """
        path = _path(ref.uri)
        owner = path.partition("/")[0]
        if not may_read(self._service, owner):
            raise NotGranted(f"Le service « {self._service} » ne lit pas les fichiers de « {owner} ».")
        with _reaching():
            data = await self._read(path)
        if hashlib.sha256(data).hexdigest() != ref.sha256:
            raise ObjectAltered("Le fichier n'est plus celui qui a été enregistré : prévenez l'administrateur.")
        return data

    async def delete(self, name: str) -> None:
        """Destroys `<service>/<name>`; no error when it is not there. Raises BadObjectName, NotGranted, ObjectsAway."""
        path = self._own(name)
        with _reaching():
            try:
                await self._store.delete_async(path)
            except (NotFoundError, FileNotFoundError):
                return

    async def listed(self, folder: str) -> AsyncIterator[list[Listed]]:
        """What this service has under `<service>/<folder>/`, some at a time. Raises ObjectsAway, NotGranted."""
        with _reaching():
            async for some in self._store.list(f"{self._own(folder)}/"):
                yield [Listed(one["path"].removeprefix(f"{self._service}/"), one["last_modified"]) for one in some]

    def _own(self, name: str) -> str:
        if self._service not in OWNERS:
            raise NotGranted(f"Le service « {self._service} » n'enregistre pas de fichiers.")
        return f"{self._service}/{_checked(name)}"

    async def _read(self, path: str) -> bytes:
        try:
            found = await self._store.get_async(path)
            return bytes(await found.bytes_async())
        except (NotFoundError, FileNotFoundError):
            raise ObjectMissing("Le fichier n'est pas dans le magasin : prévenez l'administrateur.") from None


def uri_of(service: str, name: str) -> str:
    """How rows and events point at a file."""
    return f"{SCHEME}{service}/{name}"


def name_in(uri: str) -> str:
    """The name under its owner's prefix. Raises BadObjectName."""
    return _path(uri).partition("/")[2]


def _bucket(location: str) -> dict[str, Any]:
    return _BUCKET if location.startswith(("s3://", "s3a://", "https://", "http://")) else {}


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
