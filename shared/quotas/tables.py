"""The table of counts."""

from sqlalchemy import Column, Date, Integer, MetaData, Table, Text

metadata = MetaData()

quota = Table(
    "quota",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("used", Integer, nullable=False),
)

BESIDES = {"quota": "a day's counts, by a mark of the number whose key is in no database"}
"""For the holdings of a service: nobody is found by what stands there."""


def attach(service: MetaData) -> None:
    """Gives a service's own metadata the same table."""
    quota.to_metadata(service)
