"""What a file really is, told by its bytes alone; the name and the type that come with it are not looked at.

As a program it examines what stands on its standard input, and writes to its standard output one line of JSON, then
what is to be kept. It runs by itself, with little time and memory: decoders are where hostile bytes strike.
"""

import json
import resource
import sys
from dataclasses import replace

from services.contracts.adapters.files import images, jpeg, pdf, png
from services.contracts.domain.files.content import Examined
from services.contracts.domain.files.rules import FileRefused, refusal

# Asked for with the scan of a CER vierge: its QR code is looked for, too.
SERIAL = "serial"


def with_serial(found: Examined) -> Examined:
    """The same, with the serial of the CER vierge that it shows, if it can be read. Raises SeveralSerials."""
    from services.contracts.adapters.files.serials import serials  # noqa: PLC0415 - few files need its libraries

    read = serials(found.content_type, found.content)
    if len(read) > 1:
        raise refusal("file-several-serials")
    return replace(found, serial=read[0]) if read else found


def examine(data: bytes) -> Examined:
    """The file without its metadata, when it may be kept. Raises FileRefused."""
    if not data:
        raise refusal("file-empty")
    if data.startswith(pdf.MAGIC):
        pdf.check(data)
        return Examined("application/pdf", data)
    if data.startswith(jpeg.MAGIC):
        return Examined("image/jpeg", images.readable(jpeg.strip(data), "JPEG"))
    if data.startswith(png.MAGIC):
        return Examined("image/png", images.readable(png.strip(data), "PNG"))
    raise refusal("file-wrong-type")


def main() -> None:
    """`python -m services.contracts.adapters.files.examine BYTES_OF_MEMORY SECONDS_OF_CPU [serial] < file > result`."""
    memory, seconds, wanted = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = examine(sys.stdin.buffer.read())
        if SERIAL in wanted:
            found = with_serial(found)
    except FileRefused as refused:
        sys.stdout.buffer.write(json.dumps({"refused": refused.code}).encode() + b"\n")
        return
    sys.stdout.buffer.write(
        json.dumps({"content_type": found.content_type, "serial": found.serial}).encode() + b"\n" + found.content
    )


if __name__ == "__main__":
    main()
