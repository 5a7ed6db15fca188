"""Writes `docs/asyncapi`, or says where it no longer agrees with the code.

python -m tools.asyncapi            writes asyncapi.json and schemas/
python -m tools.asyncapi --check    changes nothing; fails on drift or on a breaking change (the gate of CI)
python -m tools.asyncapi --publish  adds today's schemas to published/, which the gate compares with
"""

import argparse
import json
from pathlib import Path
from typing import Any

from shared.events.registry import EVENTS
from tools.asyncapi import compatibility
from tools.asyncapi.document import document
from tools.asyncapi.schemas import every_schema

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "asyncapi"
GOLDEN = ROOT / "tests" / "events" / "golden"


def main(arguments: list[str] | None = None, docs: Path = DOCS) -> int:
    """The command. Returns its exit code: 1 on drift, or when a published schema is broken."""
    parser = argparse.ArgumentParser(prog="python -m tools.asyncapi", description="Documentation of the events")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="change nothing, fail on drift or on a breaking change")
    mode.add_argument("--publish", action="store_true", help="add today's schemas to those that must not break")
    options = parser.parse_args(arguments)
    broken = compatibility.problems(_read(docs / "published"), every_schema())
    if options.check:
        broken += drift(docs)
    elif not broken:
        _write(docs, publish=options.publish)
    for problem in broken:
        print(problem)
    print(f"{len(EVENTS)} events, {len(broken)} problem(s)")
    return 1 if broken else 0


def expected() -> dict[str, str]:
    """Every generated file, by its path within `docs/asyncapi`."""
    files = {f"schemas/{name}": _text(schema) for name, schema in every_schema().items()}
    return {"asyncapi.json": _text(document(EVENTS, _read(GOLDEN))), **files}


def drift(docs: Path) -> list[str]:
    """The generated files that are missing, out of date, or of no event."""
    wanted = expected()
    found = {str(path.relative_to(docs)): path.read_text() for path in _generated(docs)}
    return [
        f"{name}: not what the registry says; run `python -m tools.asyncapi`"
        for name in sorted(wanted.keys() | found.keys())
        if wanted.get(name) != found.get(name)
    ]


def _write(docs: Path, *, publish: bool) -> None:
    for path in _generated(docs):
        path.unlink()
    for name, text in expected().items():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if publish and path.parent.name == "schemas":
            target = docs / "published" / path.name
            target.parent.mkdir(exist_ok=True)
            target.write_text(text)


def _generated(docs: Path) -> list[Path]:
    return [path for path in (docs / "asyncapi.json", *sorted((docs / "schemas").glob("*.json"))) if path.exists()]


def _read(folder: Path) -> dict[str, Any]:
    return {path.name: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def _text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
