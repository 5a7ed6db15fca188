"""What one process of a service does; `all` in one process where the load is small."""

from enum import StrEnum


class ProcessRole(StrEnum):
    """The parts that can run apart."""

    API = "api"
    CONSUMER = "consumer"
    RELAY = "relay"
    WORKER = "worker"


ALL = frozenset(ProcessRole)


def roles_of(text: str) -> frozenset[ProcessRole]:
    """Reads `--role`: `all` or one of the parts, several separated by commas. Raises ValueError."""
    return ALL if text == "all" else frozenset(ProcessRole(part) for part in text.split(","))
