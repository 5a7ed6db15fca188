"""What notifications is told by its environment."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from services.notifications.application.ports import Tls
from services.notifications.domain.catalog import CATALOG
from services.notifications.domain.plan import SIGNED, SIGNED_BY_LINK
from services.notifications.domain.policy import LetterWhen, PostBy, SignedCerBy
from shared.sms.settings import SmsSettings


class Settings(SmsSettings):
    """Notifications' settings."""

    portal_url: str = Field(description="Where agents open the software: links of mails begin with it")
    departement: str = Field(default="Département", description="As mails are signed, after « le »")
    mail_from: str = Field(description="Address that mails come from; its domain ends their Message-ID")
    mail_from_name: str = Field(default="Insertion – RSA", description="Name that mails come from")
    message_templates: Path | None = Field(
        default=None, description="Folder of the département's own templates: each replaces the shipped one of its name"
    )

    smtp_host: str = Field(default="127.0.0.1", description="Server that takes the mails")
    smtp_port: int = Field(default=587, description="Its port: 587 for starttls, 465 for tls")
    smtp_tls: Tls = Field(default="starttls", description="none, starttls or tls")
    smtp_user: str | None = Field(default=None, description="Account at that server; none: it asks for none")
    smtp_password: SecretStr | None = Field(default=None, description="Of that account")
    smtp_timeout_seconds: float = Field(default=30.0, description="A server that is later is asked again")
    smtp_per_connection: int = Field(default=100, ge=1, description="Mails that one connection carries")
    dkim_selector: str = Field(default="", description="Signs mails with `dkim.pem` of the key folder; none: unsigned")
    dkim_domain: str = Field(default="", description="Of the signature; by default the domain of `mail_from`")

    mail_workers: int = Field(default=2, ge=1, description="Mails that one process sends at a time")
    sms_workers: int = Field(default=1, ge=1, description="SMS that one process sends at a time")
    mail_per_second: float = Field(default=10.0, ge=0, description="Over all replicas; 0: as fast as it goes")
    sms_per_second: float = Field(default=2.0, ge=0, description="Over all replicas; 0: as fast as it goes")
    post_per_second: float = Field(default=1.0, ge=0, description="Over all replicas; 0: as fast as it goes")

    send_from_hour: int = Field(default=8, ge=0, le=23, description="Before it, nothing goes to persons (Paris time)")
    send_until_hour: int = Field(default=20, ge=1, le=24, description="From it on, nothing goes to persons")
    send_any_day: bool = Field(default=False, description="On Sundays and bank holidays too")
    holidays_of: str = Field(default="", description="INSEE's code of a département with bank holidays of its own")
    at_any_hour: tuple[str, ...] = Field(
        default=(SIGNED, SIGNED_BY_LINK), description="Messages that answer an act of the person: they wait for none"
    )
    digest_hours: tuple[int, ...] = Field(default=(8, 13), min_length=1, description="When digests leave, Paris time")
    service_mails: dict[str, str] = Field(
        default={}, description='Mailboxes of the service insertion by territory, `""` for all others; none: not told'
    )
    decision_letter: LetterWhen = Field(
        default=LetterWhen.ALWAYS, description="When decisions are posted: always, without_mail or never"
    )
    signed_cer: SignedCerBy = Field(
        default=SignedCerBy.ATTACHED, description="The signed CER, to the person: attached, or link with a code by SMS"
    )
    signed_cer_days: int = Field(default=30, ge=1, le=365, description="How long such a link serves")
    post: PostBy = Field(default=PostBy.PRINT, description="print: in batches, by hand; maileva: `maileva.json`")
    post_timeout_seconds: float = Field(default=30.0, description="A provider of post that is later is asked again")

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        """Refuses at start what could never be kept."""
        if self.send_from_hour >= self.send_until_hour:
            raise ValueError("CER_SEND_FROM_HOUR comes before CER_SEND_UNTIL_HOUR")
        if any(not 0 <= hour <= 23 for hour in self.digest_hours):
            raise ValueError("CER_DIGEST_HOURS are hours from 0 to 23")
        if unknown := set(self.at_any_hour) - CATALOG.keys():
            raise ValueError(f"CER_AT_ANY_HOUR names no message: {', '.join(sorted(unknown))}")
        if self.signed_cer is SignedCerBy.LINK and not self.public_url:
            raise ValueError("CER_SIGNED_CER=link needs CER_PUBLIC_URL: the link leads there")
        return self
