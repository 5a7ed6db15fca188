"""What the clients were told, and what was planted: the oracle compares the system with it."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID


@dataclass
class Journal:
    """Filled as answers arrive; an answer that never came is not in it."""

    acknowledged: Counter[str] = field(default_factory=Counter)
    created: set[UUID] = field(default_factory=set)
    submitted: set[UUID] = field(default_factory=set)
    decided: dict[UUID, str] = field(default_factory=dict)
    second_decisions: set[UUID] = field(default_factory=set)
    planted: Counter[str] = field(default_factory=Counter)
    """Poison by the code under which it must be parked."""
    perhaps: Counter[str] = field(default_factory=Counter)
    """Poison whose sending failed in a way that leaves open whether Kafka has it."""
    victims: set[UUID] = field(default_factory=set)
    """CERs for which a forged decision was planted, or perhaps was."""
    replanted: int = 0
    unknown_types: int = 0
    halves: set[UUID] = field(default_factory=set)
    """CERs whose edition was planted before the request to sign it."""
    superseded: set[UUID] = field(default_factory=set)
    """CERs of which an edition of a cancelled attempt was planted."""
    accepted_without_kafka: int = 0
    kafka_down: bool = False

    def ack(self, kind: str) -> None:
        """A command was answered with success."""
        self.acknowledged[kind] += 1
        if self.kafka_down:
            self.accepted_without_kafka += 1
