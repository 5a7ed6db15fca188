"""Identifiers: UUID version 7 (RFC 9562), so that rows written together stand together in an index."""

from uuid import NAMESPACE_URL, UUID, uuid5

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new identifier, ordered by time of creation."""
    return uuid7()


def derived_id(*parts: object) -> UUID:
    """The identifier that these parts always give: a retry finds what the first try made."""
    return uuid5(NAMESPACE_URL, "urn:cer:" + ":".join(str(part) for part in parts))
