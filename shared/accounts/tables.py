"""What a service keeps of agents as contracts told it last: their account, where they work, for whom they stand in."""

from sqlalchemy import ARRAY, Boolean, Column, Date, Integer, MetaData, Table, Text, Uuid

metadata = MetaData()

agent_account = Table(
    "agent_account",
    metadata,
    Column("agent_id", Text, primary_key=True),
    # Of the event that said so: an older one that comes later changes nothing.
    Column("version", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    # None where the directory does not say it: it is the token's to say.
    Column("territories", ARRAY(Text)),
)

agent_replacement = Table(
    "agent_replacement",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("absent_id", Text, nullable=False),
    Column("substitute_id", Text, nullable=False),
    # Legal dates (Europe/Paris), both included.
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("ended", Boolean, nullable=False),
)

BESIDES = {
    "agent_account": "whether agents' accounts are open, and where they work",
    "agent_replacement": "which agent stands in for which other",
}
"""For the holdings of a service: what stands there is of agents, not of the persons who are followed."""


def attach(service: MetaData) -> None:
    """Gives a service's own metadata the same tables."""
    for table in metadata.sorted_tables:
        table.to_metadata(service)
