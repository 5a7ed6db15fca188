"""What agents get back of lists, texts, prompts and territories."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel

from services.contracts.application.ports.reference import PastChange
from services.contracts.domain.reference.lists import Entry, ReferenceList
from services.contracts.domain.reference.texts import DatedText, Wording


class LabelView(BaseModel):
    """What is shown for an entry from this day."""

    since: date
    label: str


class EntryView(BaseModel):
    """An entry with its label and usability on the day asked about; `labels` are all, past and planned."""

    code: str
    label: str
    usable: bool
    usable_from: date
    usable_until: date | None
    rank: int | None
    used: bool
    labels: list[LabelView]

    @classmethod
    def of(cls, entry: Entry, on: date) -> Self:
        """As it stands that day."""
        return cls(
            code=entry.code,
            label=entry.label(on),
            usable=entry.usable(on),
            usable_from=entry.usable_from,
            usable_until=entry.usable_until,
            rank=entry.rank,
            used=entry.used,
            labels=[LabelView(since=label.since, label=label.words) for label in entry.labels],
        )


class ListView(BaseModel):
    """A list in its order: also entries that cannot be chosen that day, since CERs may hold them."""

    name: str
    version: int
    on: date
    entries: list[EntryView]

    @classmethod
    def of(cls, one: ReferenceList, on: date) -> Self:
        """As it stands that day."""
        return cls(
            name=one.name.value,
            version=one.version,
            on=on,
            entries=[EntryView.of(entry, on) for entry in one.entries],
        )


class Lists(BaseModel):
    """All lists."""

    lists: list[ListView]


class ChangeView(BaseModel):
    """What was done, by whom: the version that it made, and what stood there before and after."""

    version: int
    at: datetime
    actor: str
    verb: str
    code: str | None
    before: Any
    after: Any

    @classmethod
    def of(cls, past: PastChange) -> Self:
        """A line of history."""
        change = past.change
        return cls(
            version=past.version,
            at=past.act.at,
            actor=past.act.by,
            verb=change.verb,
            code=change.code,
            before=change.before,
            after=change.after,
        )


class Changes(BaseModel):
    """The history of a list or of a territory, oldest first. Its first version came with the software."""

    history: list[ChangeView]

    @classmethod
    def of(cls, lines: Sequence[PastChange]) -> Self:
        """All lines."""
        return cls(history=[ChangeView.of(line) for line in lines])


class WordingView(BaseModel):
    """A version of a text, with who recorded it."""

    version: int
    effect: date
    paragraphs: tuple[str, ...]
    at: datetime
    actor: str

    @classmethod
    def of(cls, wording: Wording) -> Self:
        """As kept."""
        return cls(
            version=wording.version,
            effect=wording.effect,
            paragraphs=wording.paragraphs,
            at=wording.act.at,
            actor=wording.act.by,
        )


class TextView(BaseModel):
    """A text with its versions, oldest first; `version` is that of the last recorded one."""

    key: str
    version: int
    wordings: list[WordingView]

    @classmethod
    def of(cls, text: DatedText, key: str | None = None) -> Self:
        """Under its key, or the name of its zone."""
        wordings = [WordingView.of(wording) for wording in text.wordings]
        return cls(key=key or text.key, version=text.version, wordings=wordings)


class InForceView(BaseModel):
    """The version of a text in force that day; `last_version` is the one to give in If-Match."""

    version: int
    last_version: int
    effect: date
    paragraphs: tuple[str, ...]

    @classmethod
    def of(cls, text: DatedText, on: date) -> Self | None:
        """The version in force that day, if there is one."""
        found = text.find(on)
        if found is None:
            return None
        return cls(version=found.version, last_version=text.version, effect=found.effect, paragraphs=found.paragraphs)


class Texts(BaseModel):
    """The legal texts in force that day, by key; null where none was."""

    on: date
    texts: dict[str, InForceView | None]


class Prompts(BaseModel):
    """What the guide asks for, by zone of the CER."""

    on: date
    zones: dict[str, InForceView | None]
