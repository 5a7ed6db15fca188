"""What is kept for all, as events tell it."""

from services.contracts.domain.reference.lists import ReferenceList
from services.contracts.domain.reference.territories import Territory
from services.contracts.domain.reference.texts import DatedText, Wording
from shared.events.reference import DatedLabel, ListChanged, ListEntry, Office, TerritoryChanged, TextChanged


def list_changed(told: ReferenceList) -> ListChanged:
    """A list at its version."""
    entries = tuple(
        ListEntry(
            id=entry.code,
            labels=tuple(DatedLabel(since=label.since, label=label.words) for label in entry.labels),
            usable_from=entry.usable_from,
            usable_until=entry.usable_until,
            rank=entry.rank,
        )
        for entry in told.entries
    )
    return ListChanged(aggregate_version=told.version, list_id=told.name.value, entries=entries)


def text_changed(text: DatedText, wording: Wording) -> TextChanged:
    """One version of a text."""
    return TextChanged(
        aggregate_version=wording.version,
        text_id=text.key,
        family=text.family.value,
        effect=wording.effect,
        paragraphs=wording.paragraphs,
    )


def territory_changed(told: Territory) -> TerritoryChanged:
    """A territory at its version."""
    offices = tuple(
        Office(label=office.name, office_address=office.address, office_telephone=office.telephone)
        for office in told.offices
    )
    return TerritoryChanged(
        aggregate_version=told.version,
        territory=told.code,
        label=told.name,
        active=told.active,
        offices=offices,
    )
