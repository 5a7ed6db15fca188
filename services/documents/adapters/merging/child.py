"""The process that merges: what is asked, then PDFs on its standard input, each after its length; one PDF comes out."""

import json
import resource
import sys
from collections.abc import Iterator
from typing import IO

LENGTH = 8


def main() -> None:
    """`python -m services.documents.adapters.merging.child BYTES_OF_MEMORY < what is asked, PDFs > PDF`."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from services.documents.adapters.merging.merge import merge  # noqa: PLC0415 - within the limit

    frames = _frames(sys.stdin.buffer)
    asked = json.loads(next(frames))
    outline = [(str(title), int(page)) for title, page in asked["outline"]]
    sys.stdout.buffer.write(merge(frames, outline, name=asked["name"], even=asked["even"]))


def _frames(given: IO[bytes]) -> Iterator[bytes]:
    """What is given, up to its end. Raises EOFError when one is cut short."""
    while head := given.read(LENGTH):
        length = int.from_bytes(head, "big")
        content = given.read(length)
        if len(content) != length:
            raise EOFError
        yield content


if __name__ == "__main__":
    main()
