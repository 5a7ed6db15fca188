"""What the bodies of all subjects have in common."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.contracts.domain.cers.draft import plain_text

Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]*$", max_length=300)]


def not_blank(text: str) -> str:
    """The text, which says something. Raises ValueError."""
    if not text:
        raise ValueError("blank")
    return text


Words = Annotated[str, Field(max_length=2_000), AfterValidator(plain_text), AfterValidator(not_blank)]


class Body(BaseModel):
    """Nothing that is not expected is accepted."""

    model_config = ConfigDict(extra="forbid")
