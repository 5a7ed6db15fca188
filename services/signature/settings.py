"""What signature is told by its environment."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from services.signature.adapters.seal_options import FONT, Level, Pkcs11, SealOptions
from services.signature.domain.values import Provider
from shared.sms.settings import SmsSettings


class Settings(SmsSettings):
    """Signature's settings. `keys_dir` also holds `seal.p12`, `seal.pass`, `seal-root.pem` and `otp.pepper`.

    With a PKCS#11 token: `seal-certificates.pem` and `seal.pin` instead of the first two. With a timestamping
    authority: `tsa-root.pem`. With Yousign: `yousign.key`, `yousign-webhook.secret`, `yousign-root.pem`.
    """

    expiry_seconds: float = Field(default=5.0, description="How often requests whose time has passed are ended")
    sms_receipt_seconds: float = Field(default=10.0, description="How often providers are asked for delivery receipts")
    signature_provider: Provider = Field(
        default=Provider.OWN, description="Who has people sign from now on: own, or yousign"
    )
    yousign_url: str = Field(
        default="https://api.yousign.app/v3",
        pattern=r"^(https://[^?#\s]+|http://127\.0\.0\.1(:\d+)?[^?#\s]*)$",
        description="Yousign's API; trials: https://api-sandbox.yousign.app/v3",
    )
    yousign_timeout_seconds: float = Field(default=10.0, gt=0, description="A call that is later is made again")
    yousign_mail: str = Field(
        default="",
        max_length=100,
        description="Given to Yousign for people who have no address; none: they do not sign there",
    )
    seal_level: Level = Field(default=Level.B_B, description="b-b, b-t, b-lt or b-lta (ETSI EN 319 142-1)")
    tsa_url: str = Field(default="", description="Timestamping authority (RFC 3161): levels above b-b, evidence")
    tsa_timeout_seconds: float = Field(default=10.0, description="An authority that is later is asked again")
    proofs_days: int = Field(default=180, ge=1, description="Files whose last proof ends by then are told of")
    proofs_seconds: float = Field(default=3600.0, gt=0, description="How often the sealed files are looked at")
    pkcs11_module: Path | None = Field(default=None, description="Driver of the token that keeps the seal's key")
    pkcs11_token: str = Field(default="", description="Label of the token")
    pkcs11_key: str = Field(default="", description="Label of the key in the token")
    font: Path = Field(
        default=FONT, description="Font of the signature block, in the folder of Noto Sans (Debian: fonts-noto-core)"
    )
    departement: str = Field(default="Département", description="Whose name dossiers de preuve bear")

    @model_validator(mode="after")
    def _seal_is_possible(self) -> Self:
        if self.seal_level is not Level.B_B and not self.tsa_url:
            raise ValueError(f"CER_SEAL_LEVEL={self.seal_level} needs CER_TSA_URL")
        if self.pkcs11_module is not None and not (self.pkcs11_token and self.pkcs11_key):
            raise ValueError("CER_PKCS11_MODULE needs CER_PKCS11_TOKEN and CER_PKCS11_KEY")
        return self

    @property
    def seal(self) -> SealOptions:
        """How this site seals."""
        token = None
        if self.pkcs11_module is not None:
            token = Pkcs11(self.pkcs11_module, self.pkcs11_token, self.pkcs11_key)
        return SealOptions(self.seal_level, self.tsa_url, self.tsa_timeout_seconds, token, self.font, self.departement)
