"""Sealed blocks: personal data travels encrypted, one key pair for each kind of block.

In the memory of the producer a block is open; in the outbox, on the topic and at the consumer it is a compact JWE
(RFC 7516). A consumer opens it only with the private key of that block; one that has not may pass the token on.
"""

from typing import Any, ClassVar, Generic, Protocol, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema


class Block(BaseModel):
    """Personal data that travels together. `name` says which key pair seals it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: ClassVar[str]


BlockT = TypeVar("BlockT", bound=Block)


class Sealer(Protocol):
    """Encrypts a block with the public key of its kind."""

    def seal(self, block: Block) -> str:
        """The compact JWE of the block."""
        ...


class Sealed(Generic[BlockT]):
    """A block of an event: `block` where it is made, `token` everywhere else."""

    __slots__ = ("block", "token")

    def __init__(self, block: BlockT | None = None, token: str | None = None) -> None:
        if (block is None) == (token is None):
            raise ValueError("a sealed block is either open or a token")
        self.block = block
        self.token = token

    def __repr__(self) -> str:
        return "Sealed(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and (self.block, self.token) == (other.block, other.token)

    def __hash__(self) -> int:
        return hash((self.block, self.token))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        (block_type,) = get_args(source)

        def build(value: Any) -> "Sealed[Any]":
            if isinstance(value, Sealed):
                return value
            if isinstance(value, block_type):
                return Sealed(block=value)
            if isinstance(value, str) and value.count(".") == 4:
                return Sealed(token=value)
            raise ValueError("expected a block or a compact JWE")

        def write(value: "Sealed[Any]", info: core_schema.SerializationInfo) -> str:
            if value.block is None:
                return value.token or ""
            sealer: Sealer | None = (info.context or {}).get("sealer")
            if sealer is None:
                raise ValueError("an open block cannot be serialised without a sealer")
            return sealer.seal(value.block)

        return core_schema.no_info_plain_validator_function(
            build,
            serialization=core_schema.plain_serializer_function_ser_schema(write, info_arg=True),
            metadata={"block": block_type.name},
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        name = (schema.get("metadata") or {}).get("block", "")
        return {
            "type": "string",
            "contentMediaType": "application/jose",
            "description": f"Compact JWE (ECDH-ES + A256GCM), block « {name} »",
            "x-sealed-block": name,
        }


def seal(block: BlockT) -> Sealed[BlockT]:
    """Puts a block into an event; it is encrypted when the event is written to the outbox."""
    return Sealed(block=block)
