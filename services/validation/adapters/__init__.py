"""The database behind the study."""
