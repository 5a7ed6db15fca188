"""What every part of a service starts from. Apart from the app, so that a command does not import a web framework."""

from shared.database.engine import Database
from shared.messaging.outbox import Outbox
from shared.objects.encryption import FileKeys
from shared.objects.store import Objects
from shared.runtime.settings import CommonSettings
from shared.security.sealing import KeyRing
from shared.security.tokens import TokenVerifier


class Platform:
    """What a service's composition root starts from. Making it opens no connection."""

    def __init__(self, settings: CommonSettings) -> None:
        self.settings = settings
        self.keys = KeyRing.load(settings.keys_dir)
        self.outbox = Outbox(self.keys)
        self.database = Database(settings.database_url, self.outbox)
        self.tokens = TokenVerifier(settings.oidc_issuer, settings.oidc_audience)

    def objects(self, service: str) -> Objects:
        """The object store as this service sees it. Raises SecretKeyUnusable."""
        return open_objects(self.settings, service)


def open_objects(settings: CommonSettings, service: str) -> Objects:
    """The object store that these settings name, with their keys. Raises SecretKeyUnusable."""
    return Objects(settings.objects, service, FileKeys.load(settings.keys_dir, settings.objects_key))
