"""Plants what should not happen: poison of every kind, duplicates, old messages after new ones, halves out of turn."""

import random
from datetime import UTC, datetime
from uuid import UUID

from aiokafka.errors import KafkaError

from shared.events.documents import EditionRendered
from shared.events.envelope import Event
from shared.events.files import FileRef
from shared.events.headers import cloudevents_headers
from shared.events.sealed import seal
from shared.events.topics import CERS, VALIDATION
from shared.events.validation import CerDecided, StudyOpened
from shared.kernel.ids import new_id
from shared.security.sealing import KeyRing
from tests.builders.events import chef_card, decision, identity, referent_card
from tests.chaos.journal import Journal
from tests.chaos.oracle import PLANTED
from tests.fixtures.topics import produce, read_topic

Message = tuple[bytes | None, bytes | None, dict[str, bytes]]


class Planter:
    """Sends raw messages to the topics; what it could not send (Kafka is away) is not counted."""

    def __init__(self, kafka: str, keys: KeyRing, journal: Journal, dice: random.Random) -> None:
        self._kafka = kafka
        self._keys = keys
        self._journal = journal
        self._dice = dice

    async def poison(self) -> None:
        """One of each kind, each on a key of its own, for the consumer of contracts."""
        opened = self._study_opened(new_id())
        kinds: list[tuple[str, Message]] = [
            ("not-json", self._message(opened, value=b"{not json")),
            ("null-value", self._message(self._study_opened(new_id()), value=None)),
            ("header-not-utf8", self._message(self._study_opened(new_id()), extra={"ce_subject": b"\xff\xfe"})),
            ("schema", self._message(self._study_opened(new_id()), value=b'{"aggregate_version": "one"}')),
            ("no-ce-type", (b"nobody", b"not one of ours", {})),
        ]
        for code, message in kinds:
            sent = await self._send(VALIDATION.name, message)
            (self._journal.planted if sent else self._journal.perhaps)[code] += 1
        unknown = self._message(opened, extra={"ce_type": b"fr.cer.validation.NotInventedYet.v1"})
        if await self._send(VALIDATION.name, unknown):
            self._journal.unknown_types += 1

    async def forged_decision(self, cer_id: UUID, dossier_id: UUID) -> bool:
        """A decision of a CER that nobody submitted: an impossible move, which holds back what follows."""
        event = CerDecided(
            study_id=new_id(),
            cer_id=cer_id,
            dossier_id=dossier_id,
            territory="nord",
            submission=1,
            aggregate_version=99,
            outcome="non_valide",
            path="chef_de_service",
            decided_at=datetime.now(UTC),
            decided_by="forger",
            date_debut=None,
            decision=seal(decision()),
            decider=seal(chef_card()),
        )
        return await self._send(VALIDATION.name, self._message(event))

    async def edition(self, cer_id: UUID, dossier_id: UUID, attempt: int) -> bool:
        """The edition of a signature attempt, as documents would tell it."""
        event = EditionRendered(
            edition_id=new_id(),
            cer_id=cer_id,
            dossier_id=dossier_id,
            numero=1,
            territory="nord",
            kind="cer_sans_decision",
            revision=1,
            attempt=attempt,
            submission=None,
            aggregate_version=1,
            identity=seal(identity()),
            referent=seal(referent_card()),
            document=FileRef(uri="object:documents/none.pdf", sha256="0" * 64, size=1),
            pages=1,
        )
        return await self._send(EditionRendered.topic.name, self._message(event))

    async def again(self, count: int) -> None:
        """Messages that were delivered before, in any order: duplicates, and old ones after newer ones."""
        for topic in (CERS, VALIDATION):
            try:
                records = await read_topic(self._kafka, topic.name)
            except (KafkaError, OSError, TimeoutError):
                return
            genuine = [record for record in records if dict(record.headers).get("ce_source") != PLANTED]
            genuine = [record for record in genuine if "ce_id" in dict(record.headers)]
            for record in self._dice.sample(genuine, min(count, len(genuine))):
                if await self._send(topic.name, (record.key, record.value, dict(record.headers))):
                    self._journal.replanted += 1

    def _study_opened(self, cer_id: UUID) -> StudyOpened:
        return StudyOpened(
            study_id=new_id(),
            cer_id=cer_id,
            dossier_id=new_id(),
            territory="nord",
            submission=1,
            aggregate_version=1,
            priority="normale",
        )

    def _message(self, event: Event, value: bytes | None = b"(own)", extra: dict[str, bytes] | None = None) -> Message:
        headers = cloudevents_headers(event, new_id(), datetime.now(UTC))
        raw = {name: found.encode() for name, found in headers.items()}
        raw["ce_source"] = PLANTED
        content = event.to_json(self._keys) if value == b"(own)" else value
        return event.key.encode(), content, {**raw, **(extra or {})}

    async def _send(self, topic: str, message: Message) -> bool:
        try:
            await produce(self._kafka, topic, message)
        except (KafkaError, OSError, TimeoutError):
            return False
        return True
