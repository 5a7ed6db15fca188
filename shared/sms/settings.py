"""What a service that sends SMS is told, and the gateway that follows from it."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from shared.kernel.clock import Clock
from shared.runtime.settings import CommonSettings
from shared.sms.ceilings import Ceilings
from shared.sms.chain import SmsChain
from shared.sms.described import DescribedSms, Description, emulator
from shared.sms.gateway import Provider
from shared.sms.ovh import OvhAccount, OvhSms
from shared.sms.phones import FRENCH_PLAN, prefixes_of

ProviderName = Literal["emulator", "ovh", "http"]

OVH_FILE = "sms-ovh.json"
HTTP_FILE = "sms-http.json"


def _listed(prefixes: str) -> str:
    return ",".join(sorted(prefixes_of(prefixes)))


class SmsSettings(CommonSettings):
    """A provider and what takes over, and the limits of codes. `keys_dir` holds the credentials of the providers
    (`sms-ovh.json`, `sms-http.json`) and the key of the codes' hashes (`otp.pepper`).
    """

    sms_provider: ProviderName = Field(default="emulator", description="Who sends: emulator, ovh or http")
    sms_fallback: ProviderName | Literal["none"] = Field(
        default="none", description="Who is asked when the provider surely did not take an SMS"
    )
    sms_url: str = Field(default="http://127.0.0.1:8025", description="The emulator: SMS go to `POST {url}/sms`")
    sms_timeout_seconds: float = Field(default=5.0, gt=0, description="The agent waits meanwhile")
    public_url: str = Field(
        default="",
        pattern=r"^(|https://[^/?#\s]+|http://127\.0\.0\.1(:\d+)?)$",
        description="Where people's phones and providers' receipts reach this service; none: no link leads to it",
    )
    sms_prefixes: Annotated[str, AfterValidator(_listed)] = Field(
        default=",".join(sorted(FRENCH_PLAN)), description="Prefixes of the mobiles that codes may go to: `+33,+262`"
    )
    sms_territory_a_day: int = Field(default=500, ge=1, description="Codes a day for a territory")
    sms_departement_a_day: int = Field(default=3000, ge=1, description="Codes a day for the département")
    sms_budget_hour: int = Field(default=1000, ge=1, description="Segments of SMS an hour, over which none leaves")
    sms_budget_day: int = Field(default=6000, ge=1, description="Segments of SMS a day, over which none leaves")

    @model_validator(mode="after")
    def _two_providers(self) -> Self:
        if self.sms_provider == self.sms_fallback:
            raise ValueError("sms_fallback is another provider than sms_provider, or none")
        return self

    @property
    def ceilings(self) -> Ceilings:
        """Of a day and of an hour."""
        return Ceilings(self.sms_territory_a_day, self.sms_departement_a_day, self.sms_budget_hour, self.sms_budget_day)


def gateway_of(settings: SmsSettings, clock: Clock) -> SmsChain:
    """The gateway. Raises OSError and ValueError where a provider's file is missing or wrong."""
    names = [name for name in (settings.sms_provider, settings.sms_fallback) if name != "none"]
    return SmsChain([_provider(name, settings, clock) for name in names], clock)


def _provider(name: ProviderName, settings: SmsSettings, clock: Clock) -> Provider:
    keys, timeout = settings.keys_dir, settings.sms_timeout_seconds
    match name:
        case "ovh":
            return OvhSms(OvhAccount.model_validate_json((keys / OVH_FILE).read_bytes()), clock, timeout)
        case "http":
            return DescribedSms(Description.model_validate_json((keys / HTTP_FILE).read_bytes()), clock, timeout)
        case "emulator":
            return DescribedSms(emulator(settings.sms_url), clock, timeout)
