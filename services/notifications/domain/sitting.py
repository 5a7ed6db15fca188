"""Who of a commission's session was told what: of its convening, of another date or place, that it does not take place.

The members' cards in the session's events bear no mail: it is the directory of agents that knows it. Who has no account
is told by nobody here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.notifications.domain.plan import Facts
from shared.events.sessions import SessionEvent
from shared.kernel.clock import PARIS, legal_date

CONVENED, MOVED, CANCELLED = "seance_convoquee_membre", "seance_deplacee_membre", "seance_annulee_membre"


@dataclass(frozen=True)
class Word:
    """What a member has to be told; `where` is what they know then, none: that they are not expected."""

    agent_id: str
    template: str
    facts: Facts
    where: str | None


@dataclass
class Sitting:
    """A session as it was heard of last. `told`: where and when each member knows that they are expected.

    `unreached`: members of whom no mail is known yet.
    """

    session_id: UUID
    version: int = 0
    state: str = ""
    label: str = ""
    at: datetime | None = None
    place: str = ""
    members: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    unreached: list[str] = field(default_factory=list)

    def heard(self, event: SessionEvent) -> bool:
        """Takes what an event says of the session. False when something newer was heard."""
        if event.aggregate_version <= self.version:
            return False
        self.version, self.state, self.label = event.aggregate_version, event.state, event.label
        self.at, self.place = event.at, event.place
        self.members = [one.agent_id for one in event.members if one.agent_id is not None]
        return True

    def due(self, now: datetime) -> Iterator[Word]:
        """What members have to be told, in the order of their names; nothing of a session whose hour is over."""
        if self.at is None or self.at <= now:
            return
        expects = self.members if self.state == "convened" else []
        if self.state in {"convened", "cancelled"}:
            for agent_id in sorted(self.told.keys() - set(expects)):
                left = 1 if self.state == "convened" else 0
                yield Word(agent_id, CANCELLED, {**self._facts(self.at), "left": left}, None)
        for agent_id in sorted(expects):
            if self.told.get(agent_id) != self._where:
                template = MOVED if agent_id in self.told else CONVENED
                yield Word(agent_id, template, self._facts(self.at), self._where)

    def tell(self, word: Word, *, reached: bool) -> bool:
        """Notes what becomes of a word. False where nobody is reached, as before: it is not shown a second time."""
        known = word.agent_id in self.unreached
        if word.where is None:
            self.told.pop(word.agent_id)
        elif reached:
            self.told[word.agent_id] = word.where
        if reached and known:
            self.unreached.remove(word.agent_id)
        elif not reached and not known:
            self.unreached.append(word.agent_id)
        return reached or not known

    @property
    def _where(self) -> str:
        return f"{self.at.isoformat() if self.at else ''} {self.place}"

    def _facts(self, at: datetime) -> Facts:
        return {
            "session_id": str(self.session_id),
            "label": self.label,
            "day": legal_date(at).isoformat(),
            "hour": f"{at.astimezone(PARIS):%H h %M}",
            "place": self.place,
        }
