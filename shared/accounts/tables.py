"""What a service keeps of agents: whether their account is open, as contracts told it last."""

from sqlalchemy import Boolean, Column, Integer, MetaData, Table, Text

metadata = MetaData()

agent_account = Table(
    "agent_account",
    metadata,
    Column("agent_id", Text, primary_key=True),
    # Of the event that said so: an older one that comes later changes nothing.
    Column("version", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
)


def attach(service: MetaData) -> None:
    """Gives a service's own metadata the same table."""
    agent_account.to_metadata(service)
