"""What agents send."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, field_validator

from shared.security.onetime import DIGITS


class CodeBody(BaseModel):
    """The code that the person says. Blanks are ignored: phones show it in groups."""

    model_config = ConfigDict(extra="forbid")

    code: SecretStr = Field(description="6 chiffres", examples=["482913"])

    @field_validator("code")
    @classmethod
    def _digits(cls, code: SecretStr) -> SecretStr:
        digits = "".join(code.get_secret_value().split())
        if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
            raise ValueError("the code has six digits")
        return SecretStr(digits)


class RefusalBody(BaseModel):
    """Why the person refuses, if they say so."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
