"""The attachments, from the object store."""

from obstore.exceptions import BaseError

from services.notifications.application.ports import FilesAway
from shared.events.files import FileRef
from shared.objects.store import Objects


class StoredFiles:
    """Implements the port `Files`: tells a store that is away from a file that is not there."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    async def get(self, ref: FileRef) -> bytes:
        """The verified bytes. Raises FilesAway, ObjectMissing, ObjectAltered, NotGranted, BadObjectName."""
        try:
            return await self._objects.get(ref)
        except (BaseError, OSError) as error:
            raise FilesAway(type(error).__name__) from error
