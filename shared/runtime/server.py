"""Serves one service with uvicorn."""

from typing import Any

import uvicorn

from shared.runtime import collector
from shared.runtime.roles import roles_of
from shared.telemetry.logs import get_logger, set_up_logs
from shared.telemetry.traces import set_up_traces

log = get_logger(__name__)


def serve(name: str, module: Any, role: str, port: int) -> None:
    """Runs `module.build(settings, roles)` until stopped. `port` 0 takes the setting's.

    SIGTERM stops reading, finishes what is in hand, commits offsets, then ends.
    """
    settings = module.Settings()
    set_up_logs(name, settings.log_level)
    provider = set_up_traces(name, settings.traces)
    try:
        application = module.build(settings, roles_of(role))
    except Exception:
        log.exception("service.not_started")
        raise
    collector.spare()
    try:
        uvicorn.run(
            application,
            host=settings.http_host,
            port=port or settings.http_port,
            log_config=None,
            access_log=False,
            proxy_headers=False,  # `build_app` believes the proxies of the settings, and no other
            loop="uvloop",
            timeout_graceful_shutdown=20,
        )
    finally:
        provider.shutdown()
