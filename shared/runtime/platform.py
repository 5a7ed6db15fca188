"""What every part of a service starts from. Apart from the app, so that a command does not import a web framework."""

from shared.database.engine import Database
from shared.messaging.outbox import Outbox
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
