"""What a service keeps of dossiers that have moved: where contracts told last that they are."""

from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid

from shared.erasure.holdings import Held

metadata = MetaData()

dossier_place = Table(
    "dossier_place",
    metadata,
    Column("dossier_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("territory", Text, nullable=False),
    Column("referent_id", Text),
    # The dossier of which it is a part by now: its place counts.
    Column("merged_into", Uuid),
)

HELD = Held(dossier_place, lambda person: dossier_place.c.dossier_id == person.dossier_id)


def attach(service: MetaData) -> None:
    """Gives a service's own metadata the same table."""
    dossier_place.to_metadata(service)
