"""How an event points at a file: by claim check, never by content."""

from pydantic import BaseModel, ConfigDict, Field


class FileRef(BaseModel):
    """A file of the object store."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    uri: str = Field(description="`object:<owner's prefix>/<name>`")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=1, description="Bytes")
