"""The outbox as a component of the embedded system."""

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from deploy.embedded.component import Component
from deploy.embedded.ports import HOST, accepts
from deploy.embedded.process import ProcessRecord, spawn

ROOT = Path(__file__).resolve().parents[3]


class OutboxServer(Component):
    """Catches mails and SMS, and shows them."""

    name = "outbox"
    port_names = ("outbox", "smtp")

    @property
    def url(self) -> str:
        """The page, and the root of the API."""
        return f"http://{HOST}:{self.port}"

    @property
    def smtp(self) -> tuple[str, int]:
        """Where to send mails."""
        return HOST, self.state.ports["smtp"]

    @property
    def sms_url(self) -> str:
        """Where to post SMS."""
        return f"{self.url}/sms"

    def messages(self, kind: str = "", to: str = "") -> list[dict[str, Any]]:
        """What was received, newest first."""
        wanted = {name: value for name, value in (("kind", kind), ("to", to)) if value}
        with urlopen(f"{self.url}/api/messages?{urlencode(wanted)}", timeout=10) as answer:
            found: list[dict[str, Any]] = json.load(answer)
            return found

    def faults(self, **faults: str) -> None:
        """Have the next messages fail: `faults(sms="timeout")`; `ok` ends it."""
        request = Request(
            f"{self.url}/faults", json.dumps(faults).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urlopen(request, timeout=10):
            pass

    def prepare(self) -> None:
        """The store makes its own folder."""
        self.folder.mkdir(exist_ok=True)

    def spawn(self) -> ProcessRecord:
        """Run it with our Python."""
        ports = [str(self.state.ports[name]) for name in self.port_names]
        return spawn(
            [sys.executable, "-m", "deploy.embedded.outbox", self.folder, *ports],
            mark=self.folder,
            log=self.log,
            environment=dict(os.environ),
            cwd=ROOT,
            die_with_us=self.die_with_us,
        )

    def ready(self) -> bool:
        """Whether the page answers and the SMTP port is open."""
        try:
            with urlopen(f"{self.url}/api/messages?kind=sms", timeout=2) as answer:
                return bool(answer.status == 200) and accepts(self.state.ports["smtp"])
        except (URLError, OSError):
            return False

    def addresses(self) -> dict[str, str]:
        """Page and SMTP."""
        return {"outbox": self.url, "smtp": f"{HOST}:{self.state.ports['smtp']}"}
