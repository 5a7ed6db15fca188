"""Where the chains of the audits stand, for others to hold. Each service has its own event, on its own topic."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from shared.events.envelope import Event
from shared.events.topics import (
    CONTRACTS_AUDIT,
    DOCUMENTS_AUDIT,
    NOTIFICATIONS_AUDIT,
    SIGNATURE_AUDIT,
    VALIDATION_AUDIT,
    Topic,
)


class AuditHead(Event):
    """Where the chain of an audit stands: whoever keeps it can prove a later change of what came before."""

    aggregate: ClassVar[str] = "audit"
    subject_field: ClassVar[str] = "chain"
    key_field: ClassVar[str] = "chain"

    chain: str = Field(description="The service whose audit it is")
    sequence: int = Field(ge=1, description="Number of the last entry; entries have no gap")
    hash: str = Field(pattern="^[0-9a-f]{64}$", description="Its fingerprint: SHA-256, hexadecimal")
    at: datetime = Field(description="When that entry was made (UTC)")


class AuditHeadPublished(AuditHead):
    """Where the chain of the audit stands: whoever keeps it can prove a later change of what came before."""

    topic: ClassVar[Topic] = CONTRACTS_AUDIT

    chain: str = Field(default="contracts", description="The service whose audit it is")


class DocumentsAuditHeadPublished(AuditHead):
    """The same of documents: a read of what documents keeps leaves its line there."""

    topic: ClassVar[Topic] = DOCUMENTS_AUDIT

    chain: str = Field(default="documents", description="The service whose audit it is")


class ValidationAuditHeadPublished(AuditHead):
    """The same of validation: a read of what validation keeps leaves its line there."""

    topic: ClassVar[Topic] = VALIDATION_AUDIT

    chain: str = Field(default="validation", description="The service whose audit it is")


class SignatureAuditHeadPublished(AuditHead):
    """The same of signature: a read of what signature keeps leaves its line there."""

    topic: ClassVar[Topic] = SIGNATURE_AUDIT

    chain: str = Field(default="signature", description="The service whose audit it is")


class NotificationsAuditHeadPublished(AuditHead):
    """The same of notifications: a read of what notifications keeps leaves its line there."""

    topic: ClassVar[Topic] = NOTIFICATIONS_AUDIT

    chain: str = Field(default="notifications", description="The service whose audit it is")


EVENTS: tuple[type[AuditHead], ...] = (
    AuditHeadPublished,
    DocumentsAuditHeadPublished,
    ValidationAuditHeadPublished,
    SignatureAuditHeadPublished,
    NotificationsAuditHeadPublished,
)

# By the service whose chain it is.
BY_SERVICE: Mapping[str, type[AuditHead]] = {event.topic.producer: event for event in EVENTS}
