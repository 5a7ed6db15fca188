"""What is remembered between two commands, in `var/embedded/state.json`, and where things lie under `var/`."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy.embedded.ports import free_port, is_free
from deploy.embedded.process import ProcessRecord


@dataclass
class State:
    """Ports, live processes and addresses of one embedded system. Secrets lie in a file of their own (0600)."""

    var: Path
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, ProcessRecord] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, var: Path) -> "State":
        """The state kept under `var`; an empty one if there is none or if it cannot be read (a write cut short)."""
        var = var.resolve()
        try:
            kept = json.loads((var / "embedded" / "state.json").read_text())
            processes = {name: ProcessRecord(**record) for name, record in kept["processes"].items()}
            return cls(var, kept["ports"], processes, kept["addresses"])
        except (OSError, ValueError, KeyError, TypeError):
            return cls(var)

    def save(self) -> None:
        """Replace the file in one move."""
        kept = {key: value for key, value in asdict(self).items() if key != "var"}
        write_private(self.folder() / "state.json", json.dumps(kept, indent=2) + "\n")

    def folder(self, name: str = "") -> Path:
        """`var/embedded/<name>`, created when missing."""
        path = self.var / "embedded" / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def log(self, name: str) -> Path:
        """The log file of a component."""
        return self.var / "log" / f"{name}.log"

    def port(self, name: str) -> int:
        """The port remembered under this name if it is still free, otherwise a new one."""
        port = self.ports.get(name)
        if port is None or not is_free(port):
            self.ports[name] = port = free_port(set(self.ports.values()))
        return port

    def secret(self, name: str) -> str:
        """A random password, made the first time it is asked for. Letters, digits, `-` and `_` only."""
        kept = self._secrets()
        if name not in kept:
            self.keep_secret(name, secrets.token_urlsafe(24))
        return self._secrets()[name]

    def keep_secret(self, name: str, value: str) -> None:
        """Keep a secret that comes from elsewhere."""
        kept = self._secrets()
        if kept.get(name) != value:
            write_private(self._secrets_file(), json.dumps({**kept, name: value}, indent=2) + "\n")

    def _secrets_file(self) -> Path:
        return self.folder() / "secrets.json"

    def _secrets(self) -> dict[str, str]:
        path = self._secrets_file()
        kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return kept

    def alive(self) -> dict[str, ProcessRecord]:
        """The recorded processes that still run."""
        return {name: record for name, record in self.processes.items() if record.find() is not None}


def write_private(path: Path, content: str | bytes) -> None:
    """Write a file that only its owner reads, in one move: a reader sees the old content or the new."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    draft.replace(path)
