"""What signature is told by its environment."""

from typing import Annotated

from pydantic import AfterValidator, Field

from services.signature.domain.ceilings import Ceilings
from services.signature.domain.phone import FRENCH_PLAN, prefixes_of
from shared.sms.settings import SmsSettings


def _listed(prefixes: str) -> str:
    return ",".join(sorted(prefixes_of(prefixes)))


class Settings(SmsSettings):
    """Signature's settings. `keys_dir` also holds `seal.p12`, `seal.pass`, `seal-root.pem` and `otp.pepper`."""

    expiry_seconds: float = Field(default=5.0, description="How often requests whose time has passed are ended")
    sms_receipt_seconds: float = Field(default=10.0, description="How often providers are asked for delivery receipts")
    sms_prefixes: Annotated[str, AfterValidator(_listed)] = Field(
        default=",".join(sorted(FRENCH_PLAN)), description="Prefixes of the mobiles that codes may go to: `+33,+262`"
    )
    sms_territory_a_day: int = Field(default=500, ge=1, description="Codes a day for a territory")
    sms_departement_a_day: int = Field(default=3000, ge=1, description="Codes a day for the département")
    sms_budget_hour: int = Field(default=1000, ge=1, description="Segments of SMS an hour, over which none leaves")
    sms_budget_day: int = Field(default=6000, ge=1, description="Segments of SMS a day, over which none leaves")
    public_url: str = Field(
        default="",
        pattern=r"^(|https://[^/?#\s]+|http://127\.0\.0\.1(:\d+)?)$",
        description="Where the person's phone and the provider's receipts reach this service; none: no link in the SMS",
    )

    @property
    def ceilings(self) -> Ceilings:
        """Of a day and of an hour."""
        return Ceilings(self.sms_territory_a_day, self.sms_departement_a_day, self.sms_budget_hour, self.sms_budget_day)
