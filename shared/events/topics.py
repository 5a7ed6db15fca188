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


_CER = "CER id; of an erasure, dossier id"

DOSSIERS = Topic("cer.contracts.dossier.v1", "contracts", "dossier id", "Dossiers: registered, changed, erased.")
CERS = Topic("cer.contracts.cer.v1", "contracts", "CER id", "The CER's life, from its creation to the decision.")
SNAPSHOT = Topic(
    "cer.contracts.snapshot.v1",
    "contracts",
    "id of what is described",
    "Dossiers and CERs as they are, told again on demand: for a projection that starts or was restored.",
)
AUDIT = Topic("cer.contracts.audit.v1", "contracts", "the chain", "Heads of the audit, for others to hold.")
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

TOPICS: tuple[Topic, ...] = (
    DOSSIERS,
    CERS,
    REFERENCE,
    SNAPSHOT,
    AUDIT,
    SIGNATURE,
    DOCUMENTS,
    VALIDATION,
    NOTIFICATIONS,
)
