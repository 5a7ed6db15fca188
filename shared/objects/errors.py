"""What can be wrong with a file of the object store."""

from shared.kernel.errors import Forbidden, NotFound, Refusal


class ObjectMissing(NotFound):
    """An event points at a file that the store does not have."""

    code = "object-missing"
    title = "Fichier introuvable"


class ObjectAltered(Refusal):
    """The bytes found are not those that were stored."""

    code = "object-altered"
    title = "Fichier altéré"
    status = 500


class ObjectExists(Refusal):
    """Other bytes already stand under this name: a stored file is never rewritten."""

    code = "object-exists"
    title = "Fichier déjà enregistré"


class NotGranted(Forbidden):
    """This service has no grant on this prefix."""

    code = "object-not-granted"
    title = "Lecture non autorisée"


class BadObjectName(Refusal):
    """A name or URI that the store does not use."""

    code = "object-bad-name"
    title = "Nom de fichier incorrect"
    status = 422


class ObjectsAway(Refusal):
    """The store cannot be reached, is full, or refuses us: the same demand may succeed later."""

    code = "objects-away"
    title = "Magasin de fichiers indisponible"
    status = 503


class ObjectKeyMissing(ObjectsAway):
    """The key that encrypted the file is not here, or another bears its name: it is read again once the key is."""

    code = "object-key-missing"
    title = "Clé de chiffrement absente"
