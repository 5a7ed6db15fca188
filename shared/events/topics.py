"""Every topic on one page. Order holds per key within a topic, never across topics."""

from dataclasses import dataclass

PARTITIONS = 24
RETENTION_DAYS = 7


@dataclass(frozen=True)
class Topic:
    """A Kafka topic: who produces it and by what its messages are keyed."""

    name: str
    producer: str
    key: str
    summary: str


DOSSIERS = Topic("cer.contracts.dossier.v1", "contracts", "dossier id", "Dossiers: registered, changed.")
CERS = Topic("cer.contracts.cer.v1", "contracts", "CER id", "The CER's life, from its creation to the decision.")
AUDIT = Topic("cer.contracts.audit.v1", "contracts", "the chain", "Heads of the audit, for others to hold.")
REFERENCE = Topic("cer.contracts.reference.v1", "contracts", "id of what changed", "Agents, territories, lists, texts.")
SIGNATURE = Topic("cer.signature.v1", "signature", "CER id", "Signature requests: opened, signed, or ended otherwise.")
DOCUMENTS = Topic("cer.documents.v1", "documents", "CER id", "Editions rendered, or failed.")
VALIDATION = Topic("cer.validation.v1", "validation", "CER id", "Studies: routed, returned, decided.")
NOTIFICATIONS = Topic("cer.notifications.v1", "notifications", "CER id", "Messages delivered, or failed.")

TOPICS: tuple[Topic, ...] = (DOSSIERS, CERS, REFERENCE, AUDIT, SIGNATURE, DOCUMENTS, VALIDATION, NOTIFICATIONS)
