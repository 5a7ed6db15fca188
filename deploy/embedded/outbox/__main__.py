"""`python -m deploy.embedded.outbox FOLDER HTTP_PORT SMTP_PORT`."""

import sys
from pathlib import Path

import uvicorn

from deploy.embedded.outbox.app import build
from deploy.embedded.outbox.messages import Messages
from deploy.embedded.ports import HOST


def main() -> None:
    """Serve until stopped."""
    folder, http_port, smtp_port = sys.argv[1:]
    app = build(Messages(Path(folder)), (HOST, int(smtp_port)))
    uvicorn.run(app, host=HOST, port=int(http_port), log_level="warning", timeout_graceful_shutdown=1)


main()
