"""What a new département starts with: the migration that creates the tables puts it there, the admin changes it."""

from datetime import date

# The RSA exists since then (law of 1 December 2008): nothing that is kept here is older.
SINCE = date(2009, 6, 1)
