"""Free TCP ports of the loopback interface."""

import random
import socket

HOST = "127.0.0.1"

# Below the ephemeral range of Linux (32768 and up): no outgoing connection can take a port while its server is being
# restarted, and a client that retries on a closed port cannot end up connected to itself.
RANGE = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port(taken: set[int] | frozenset[int] = frozenset()) -> int:
    """A port that is free and not among `taken`."""
    while True:
        port = random.choice(RANGE)  # noqa: S311 - no secret
        if port not in taken and is_free(port):
            return port


def accepts(port: int) -> bool:
    """Whether something listens on this port."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False
