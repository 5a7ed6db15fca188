"""Lists, dated texts, territories, and what was done to them."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Identity, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.contracts.adapters.tables.base import metadata

# One row: another value after each change, never one that was already there, so that what a process keeps in memory is
# known to be current by reading it.
reference_stamp = Table(
    "reference_stamp",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("stamp", Uuid, nullable=False),
)

reference_list = Table(
    "reference_list",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
)

list_entry = Table(
    "list_entry",
    metadata,
    Column("list", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("labels", JSONB, nullable=False),
    Column("usable_from", Date, nullable=False),
    Column("usable_until", Date),
    Column("rank", Integer),
    # Set with the first CER that holds the code, in the same transaction: from then on the row is not deleted.
    Column("used", Boolean, nullable=False),
)

dated_text = Table(
    "dated_text",
    metadata,
    Column("key", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("family", Text, nullable=False),
    Column("effect", Date, nullable=False),
    Column("paragraphs", ARRAY(Text), nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

territory = Table(
    "territory",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("offices", JSONB, nullable=False),
)

# The history of lists (`kind` list) and territories (`kind` territory); that of texts is their versions.
reference_change = Table(
    "reference_change",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("verb", Text, nullable=False),
    Column("code", Text),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("actor", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
