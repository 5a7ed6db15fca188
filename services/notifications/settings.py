"""What notifications is told by its environment."""

from pydantic import Field, SecretStr

from services.notifications.application.ports import Tls
from shared.runtime.settings import CommonSettings


class Settings(CommonSettings):
    """Notifications' settings."""

    portal_url: str = Field(description="Where agents open the software: links of mails begin with it")
    departement: str = Field(default="Département", description="As mails are signed, after « le »")
    mail_from: str = Field(description="Address that mails come from; its domain ends their Message-ID")
    mail_from_name: str = "Insertion – RSA"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 587
    smtp_tls: Tls = Field(default="starttls", description="none, starttls or tls")
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_timeout_seconds: float = 30.0
    mail_workers: int = Field(default=2, ge=1, description="Mails that one process sends at a time")
