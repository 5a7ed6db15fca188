"""How the files of a signature are called in the store: in the dossier's folder, so that an erasure finds them."""

import hashlib

from services.signature.domain.model import SignatureRequest
from shared.events.files import FileRef
from shared.objects.store import name_in


def named(request: SignatureRequest, content: bytes, kind: str) -> str:
    """The name of a file of this request, under its own fingerprint: made again, it may hold other bytes."""
    return f"{request.dossier_id}/{request.id}/{_fingerprint(content)}.{kind}"


def beside(ref: FileRef, content: bytes, kind: str) -> str:
    """The name of a file that comes beside this one."""
    folder = name_in(ref.uri).rpartition("/")[0]
    return f"{folder}/{_fingerprint(content)}.{kind}".removeprefix("/")


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
