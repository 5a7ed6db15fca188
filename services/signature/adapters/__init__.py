"""The outside: PostgreSQL, the SMS gateway, page images, the seal."""
