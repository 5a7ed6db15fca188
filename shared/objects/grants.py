"""Who may read whose files. Every owner writes under its own prefix only."""

OWNERS: tuple[str, ...] = ("contracts", "documents", "signature")

READERS: dict[str, frozenset[str]] = {
    # The edition is shown page by page and sealed by signature, and sent by notifications.
    "documents": frozenset({"documents", "signature", "notifications"}),
    # The sealed CER goes to the person by mail.
    "signature": frozenset({"signature", "notifications"}),
    # Scanned files hang on the dossier: nobody else has a use for them yet.
    "contracts": frozenset({"contracts"}),
}


def may_read(service: str, owner: str) -> bool:
    """Whether this service may read the files under this owner's prefix."""
    return service in READERS.get(owner, frozenset())
