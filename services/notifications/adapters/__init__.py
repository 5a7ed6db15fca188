"""Database, templates, MIME and SMTP."""
