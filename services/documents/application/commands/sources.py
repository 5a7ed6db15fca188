"""What is in hand, as a merger takes it."""

from collections.abc import AsyncIterator, Iterable


async def each(contents: Iterable[bytes]) -> AsyncIterator[bytes]:
    """One after the other."""
    for content in contents:
        yield content
