"""Virus scans by clamd, over TCP or a Unix socket. Implements the port `VirusScan`.

Source: ClamAV's documentation of the clamd protocol, command INSTREAM: the content in chunks, each after its length in
four bytes, then a length of zero; the answer ends with a null character. clamd must take as much as we send
(`StreamMaxLength`, `MaxFileSize`), and say so when it did not look at all of it (`AlertExceedsMax yes`).
"""

import asyncio

from services.contracts.application.ports.files import ScanAway, Verdict

CHUNK = 64 * 1024
_LONGEST_ANSWER = 4096
_LIMITS = "Heuristics.Limits.Exceeded"


class ClamAv:
    """clamd at `address`: `host:port`, or the path of its Unix socket. `seconds` bounds a whole scan."""

    def __init__(self, address: str, seconds: float = 60.0) -> None:
        self._address = address
        self._seconds = seconds

    async def scan(self, content: bytes) -> Verdict:
        """What clamd thinks of it. Raises ScanAway: it did not answer, or could not scan."""
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._ask(content)
        except TimeoutError:
            raise ScanAway("scanner-silent") from None
        except OSError:
            raise ScanAway("scanner-away") from None
        return _verdict(answer)

    async def _ask(self, content: bytes) -> str:
        reader, writer = await self._connect()
        try:
            try:
                writer.write(b"zINSTREAM\0")
                for start in range(0, len(content), CHUNK):
                    chunk = content[start : start + CHUNK]
                    writer.write(len(chunk).to_bytes(4, "big") + chunk)
                    await writer.drain()
                writer.write(bytes(4))
                await writer.drain()
            except ConnectionError:
                # It hangs up as soon as it has had enough; what it said before can still be read, or not.
                return (await _whole(reader)) or "ERROR"
            return await _whole(reader)
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.startswith("/"):
            return await asyncio.open_unix_connection(self._address)
        host, _, port = self._address.rpartition(":")
        return await asyncio.open_connection(host.strip("[]"), int(port))


class NoScan:
    """No virus scan: a choice of the site, which its health and its README say. Implements the port `VirusScan`."""

    async def scan(self, content: bytes) -> Verdict:  # noqa: ARG002 - looks at nothing
        """Clean."""
        return Verdict.CLEAN


async def _whole(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.read(_LONGEST_ANSWER)).rstrip(b"\0\n").decode("ascii", "replace")
    except ConnectionError:
        return ""


def _verdict(answer: str) -> Verdict:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict.CLEAN
    if said.endswith(" FOUND"):
        if said.startswith(_LIMITS):
            raise ScanAway("scanner-limits")
        return Verdict.INFECTED
    raise ScanAway("scanner-size-limit" if "size limit" in said else "scanner-error")
