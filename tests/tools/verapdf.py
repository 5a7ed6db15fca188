"""Does a PDF keep the standards it declares? veraPDF says (Maven artifact, kept in the cache of the embedded stack).

    python -m tests.tools.verapdf FILE.pdf…

A machine's verdict: it does not replace a review by persons who use screen readers.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.artifacts import java, program
from deploy.embedded.component import say

MAIN = "org.verapdf.apps.GreenfieldCliWrapper"
FLAVOURS = ("ua1", "2a")
_VERDICT = re.compile(r"^(PASS|FAIL|ERROR) (.+?\.pdf)")
_RULE = re.compile(r"^\s+FAIL (\S+)")


@dataclass(frozen=True)
class Violation:
    """A rule that a file breaks: `7.2-3` is test 3 of clause 7.2 of the standard."""

    file: str
    flavour: str
    rule: str


def check(pdf: Path, flavours: Sequence[str] = FLAVOURS) -> list[Violation]:
    """What this file breaks of PDF/UA-1 and PDF/A-2a; nothing is what one wants."""
    return check_all([pdf], flavours)


def check_all(pdfs: Sequence[Path], flavours: Sequence[str] = FLAVOURS) -> list[Violation]:
    """The same for several files, with one Java start for each flavour.

    Raises RuntimeError when veraPDF does not judge each of them.
    """
    return [violation for flavour in flavours for violation in _check_flavour(pdfs, flavour)]


def _check_flavour(pdfs: Sequence[Path], flavour: str) -> list[Violation]:
    jars = program("verapdf", say)
    command = [java(), "-Xmx512m", "-cp", f"{jars}/*", MAIN, "-f", flavour, "--format", "text", "-v"]
    done = subprocess.run([*command, *map(str, pdfs)], capture_output=True, text=True, check=False)
    violations: list[Violation] = []
    judged: set[str] = set()
    file = ""
    for line in done.stdout.splitlines():
        if verdict := _VERDICT.match(line):
            file = Path(verdict[2]).name
            judged.add(verdict[2])
        elif rule := _RULE.match(line):
            violations.append(Violation(file, flavour, rule[1]))
    if judged != {str(pdf) for pdf in pdfs}:
        raise RuntimeError(f"veraPDF did not judge every file:\n{done.stdout[-500:]}{done.stderr[-2000:]}")
    return violations


if __name__ == "__main__":
    found = check_all([Path(argument) for argument in sys.argv[1:]])
    for violation in found:
        say(f"{violation.file}: {violation.flavour} {violation.rule}")
    sys.exit(1 if found else 0)
