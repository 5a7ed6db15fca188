"""Personal data as columns hold them: sealed tokens."""

from typing import Any

from shared.events.sealed import Block, Sealed, Sealer


def token_of(sealed: Sealed[Any], sealer: Sealer) -> str:
    """The token of a block, sealed now if it was not yet."""
    block: Block | None = sealed.block
    return sealer.seal(block) if block is not None else str(sealed.token)
