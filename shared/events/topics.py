"""Every topic on one page. Order holds per key within a topic, never across topics."""

from dataclasses import dataclass

PARTITIONS = 24
RETENTION_DAYS = 7


@dataclass(frozen=True)
class Topic:
    """A Kafka topic: who produces it, by what its messages are keyed, how many partitions it has in production."""

    name: str
    producer: str
    key: str
    summary: str
    partitions: int = PARTITIONS


_CER = "CER id; of an erasure, dossier id"

DOSSIERS = Topic("cer.contracts.dossier.v1", "contracts", "dossier id", "Dossiers: registered, changed, erased.")
CERS = Topic("cer.contracts.cer.v1", "contracts", "CER id", "The CER's life, from its creation to the decision.")
SNAPSHOT = Topic(
    "cer.contracts.snapshot.v1",
    "contracts",
    "id of what is described",
    "Dossiers and CERs as they are, told again on demand: for a projection that starts or was restored.",
)
# All messages have one key.
_AUDIT = ("the chain", "Heads of the audit, for others to hold.", 1)
CONTRACTS_AUDIT = Topic("cer.contracts.audit.v1", "contracts", *_AUDIT)
REFERENCE = Topic("cer.contracts.reference.v1", "contracts", "id of what changed", "Agents, territories, lists, texts.")
SIGNATURE = Topic("cer.signature.v1", "signature", _CER, "Signature requests: opened, signed, or ended otherwise.")
DOCUMENTS = Topic("cer.documents.v1", "documents", _CER, "Editions rendered, or failed.")
VALIDATION = Topic(
    "cer.validation.v1",
    "validation",
    f"{_CER}; of a session, session id",
    "Studies: routed, returned, decided. Commission sessions, and the files that their members read.",
)
NOTIFICATIONS = Topic(
    "cer.notifications.v1",
    "notifications",
    "CER id; of an erasure or of a contact, dossier id",
    "Messages delivered, or failed; where nobody is reached.",
)
DOCUMENTS_AUDIT = Topic("cer.documents.audit.v1", "documents", *_AUDIT)
VALIDATION_AUDIT = Topic("cer.validation.audit.v1", "validation", *_AUDIT)
SIGNATURE_AUDIT = Topic("cer.signature.audit.v1", "signature", *_AUDIT)
NOTIFICATIONS_AUDIT = Topic("cer.notifications.audit.v1", "notifications", *_AUDIT)

TOPICS: tuple[Topic, ...] = (
    DOSSIERS,
    CERS,
    REFERENCE,
    SNAPSHOT,
    CONTRACTS_AUDIT,
    SIGNATURE,
    DOCUMENTS,
    VALIDATION,
    NOTIFICATIONS,
    DOCUMENTS_AUDIT,
    VALIDATION_AUDIT,
    SIGNATURE_AUDIT,
    NOTIFICATIONS_AUDIT,
)
