"""What happened, step by step: in plain words on the screen, and in `report.json` for programs."""

import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path


@dataclass
class Step:
    """One step of the main job. `ids`, `files` and `trace_id` are filled by what runs in it."""

    name: str
    ok: bool = False
    seconds: float = 0.0
    trace_id: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def traceparent(self) -> str:
        """The W3C traceparent under which the step's calls go."""
        return f"00-{self.trace_id}-{secrets.token_hex(8)}-01"


class Report:
    """Collects the steps, prints them as they end, and writes the file after each."""

    def __init__(self, folder: Path, zipkin: str | None = None) -> None:
        self.folder = folder
        self.steps: list[Step] = []
        self._zipkin = zipkin
        self._started = time.monotonic()
        self.started_at = datetime.now(UTC).isoformat()
        folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Times a step; an exception marks it as failed and goes on up."""
        step = Step(name, trace_id=secrets.token_hex(16))
        self.steps.append(step)
        started = time.monotonic()
        try:
            yield step
            step.ok = True
        except Exception as error:
            step.error = f"{type(error).__name__} : {error}"
            raise
        finally:
            step.seconds = round(time.monotonic() - started, 3)
            self._print(step)
            self.write()

    def say(self, text: str) -> None:
        """A line below the running step."""
        print(f"      {text}", flush=True)

    def keep(self, step: Step, name: str, content: bytes) -> Path:
        """Writes a file beside the report."""
        path = self.folder / name
        path.write_bytes(content)
        step.files.append(os.path.relpath(path))
        return path

    def _print(self, step: Step) -> None:
        mark = "✔" if step.ok else "✘"
        print(f"  {mark} {step.name} ({step.seconds:.1f} s)", flush=True)
        for path in step.files:
            print(f"      fichier : {path}")
        link = f"  {self._zipkin}/zipkin/traces/{step.trace_id}" if self._zipkin else ""
        print(f"      trace   : {step.trace_id}{link}")
        if step.error:
            print(f"      {step.error}")

    def write(self) -> None:
        """Writes `report.json`."""
        body = {
            "ok": all(step.ok for step in self.steps),
            "seconds": round(time.monotonic() - self._started, 3),
            "steps": [asdict(step) for step in self.steps],
        }
        (self.folder / "report.json").write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
