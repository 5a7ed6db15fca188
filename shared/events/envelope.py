"""What every event is: a closed model where it is produced, a tolerant one where it is consumed."""

from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.events.sealed import Sealer
from shared.events.topics import Topic


class Event(BaseModel):
    """A fact that a service tells the others. Its name is a noun of the domain and a past participle.

    Only additive changes are made to a published event; enumerations are read as text. A breaking change is a new
    topic. Subclasses say which aggregate they concern (`subject_field`) and what orders them (`key_field`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: ClassVar[Topic]
    aggregate: ClassVar[str]
    subject_field: ClassVar[str]
    key_field: ClassVar[str]
    schema_version: ClassVar[int] = 1

    aggregate_version: int = Field(
        ge=1, description="Version of the aggregate after this change; changes that tell nothing leave gaps"
    )

    @classmethod
    def name(cls) -> str:
        """The event's name: `CerSubmitted`."""
        return cls.__name__

    @classmethod
    def ce_type(cls) -> str:
        """CloudEvents `type`: `fr.cer.contracts.CerSubmitted.v1`."""
        return f"fr.cer.{cls.topic.producer}.{cls.__name__}.v{cls.schema_version}"

    @classmethod
    def ce_source(cls) -> str:
        """CloudEvents `source`: the producing service."""
        return f"urn:cer:{cls.topic.producer}"

    @classmethod
    def ce_dataschema(cls) -> str:
        """CloudEvents `dataschema`: names the JSON Schema under `docs/asyncapi/schemas`."""
        return f"urn:cer:schema:{cls.topic.producer}:{cls.__name__}:{cls.schema_version}"

    @property
    def subject(self) -> str:
        """The identifier of the aggregate."""
        return str(getattr(self, self.subject_field))

    @property
    def key(self) -> str:
        """What orders this event within its topic."""
        return str(getattr(self, self.key_field))

    def to_json(self, sealer: Sealer) -> bytes:
        """The message's value: UTF-8 JSON, personal data sealed."""
        return self.model_dump_json(context={"sealer": sealer}).encode()

    @classmethod
    def read(cls, value: bytes) -> Self:
        """Reads a message's value; fields that this version does not know are ignored.

        Raises pydantic.ValidationError.
        """
        return cls.model_validate_json(value, extra="ignore")
