"""What every HTTP face has in common: problem details, rights, idempotency, versions."""
