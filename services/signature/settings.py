"""What signature is told by its environment."""

from pydantic import Field

from shared.runtime.settings import CommonSettings


class Settings(CommonSettings):
    """Signature's settings. `keys_dir` also holds `seal.p12`, `seal.pass`, `seal-root.pem` and `otp.pepper`."""

    sms_url: str = Field(default="http://127.0.0.1:8025", description="SMS gateway: codes go to `POST {url}/sms`")
    sms_timeout_seconds: float = Field(default=5.0, description="The agent waits meanwhile")
    expiry_seconds: float = Field(default=5.0, description="How often requests whose time has passed are ended")
