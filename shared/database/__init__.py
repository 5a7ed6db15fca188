"""Engine, unit of work, migrations: one database and one role for each service."""
