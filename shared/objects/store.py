"""Files under a prefix for each owner, in a local folder or an S3 bucket; written once, verified at each reading."""

import asyncio
import hashlib
import os
import re
from pathlib import Path
from typing import Any

from obstore.exceptions import AlreadyExistsError, NotFoundError
from obstore.store import LocalStore, from_url

from shared.events.files import FileRef
from shared.objects.errors import BadObjectName, NotGranted, ObjectAltered, ObjectExists, ObjectMissing
from shared.objects.grants import OWNERS, may_read

SCHEME = "object:"
_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)*")


class Objects:
    """The object store, seen by one service.

    `location` is a folder, or a URL that obstore knows (`s3://bucket/prefix`; credentials and endpoint come from the
    usual `AWS_…` variables). The service writes under its own prefix, and reads what `grants` lists.
    """

    def __init__(self, location: str, service: str) -> None:
        self._service = service
        self._folder = None if "://" in location else Path(location)
        self._store: Any = LocalStore(location, mkdir=True) if self._folder else from_url(location)

    async def put(self, name: str, data: bytes) -> FileRef:
        """Stores the bytes under `<service>/<name>`; the same bytes again change nothing.

        Raises ObjectExists when other bytes stand there, BadObjectName, NotGranted when this service owns no prefix.
        """
        if self._service not in OWNERS:
            raise NotGranted(f"Le service « {self._service} » n'enregistre pas de fichiers.")
        path = f"{self._service}/{_checked(name)}"
        ref = FileRef(uri=f"{SCHEME}{path}", sha256=hashlib.sha256(data).hexdigest(), size=len(data))
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

        Raises NotGranted, ObjectMissing, ObjectAltered (the sha256 differs), BadObjectName.
        """
        path = _path(ref)
        owner = path.partition("/")[0]
        if not may_read(self._service, owner):
            raise NotGranted(f"Le service « {self._service} » ne lit pas les fichiers de « {owner} ».")
        data = await self._read(path)
        if hashlib.sha256(data).hexdigest() != ref.sha256:
            raise ObjectAltered("Le fichier n'est plus celui qui a été enregistré : prévenez l'administrateur.")
        return data

    async def _read(self, path: str) -> bytes:
        try:
            found = await self._store.get_async(path)
            return bytes(await found.bytes_async())
        except (NotFoundError, FileNotFoundError):
            raise ObjectMissing("Le fichier n'est pas dans le magasin : prévenez l'administrateur.") from None


def _path(ref: FileRef) -> str:
    if not ref.uri.startswith(SCHEME):
        raise BadObjectName("L'adresse d'un fichier commence par « object: ».")
    return _checked(ref.uri.removeprefix(SCHEME))


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
