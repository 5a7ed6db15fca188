"""What the tables belong to."""

from sqlalchemy import MetaData

metadata = MetaData()
