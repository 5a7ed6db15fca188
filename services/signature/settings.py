"""What signature is told by its environment."""

from pydantic import Field

from shared.sms.settings import SmsSettings


class Settings(SmsSettings):
    """Signature's settings. `keys_dir` also holds `seal.p12`, `seal.pass`, `seal-root.pem` and `otp.pepper`."""

    expiry_seconds: float = Field(default=5.0, description="How often requests whose time has passed are ended")
