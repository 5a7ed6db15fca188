"""What the environment may say, and how it is told that something is missing."""

import os
import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from shared.runtime.settings import CommonSettings, settings_refusal

NEEDED: dict[str, Any] = {
    "database_url": "postgresql+asyncpg://cer@127.0.0.1/cer",
    "kafka": "127.0.0.1:9092",
    "oidc_issuer": "https://identity.test/cer",
    "keys_dir": "keys",
}


@pytest.mark.parametrize("listed", ["", "127.0.0.1", "10.0.0.0/8, 2001:db8::/32"])
def test_proxies_are_addresses_or_networks(listed: str) -> None:
    assert CommonSettings(**NEEDED, trusted_proxies=listed).trusted_proxies == listed


@pytest.mark.parametrize("listed", ["*", "proxy.example", "10.0.0.1/8", "127.0.0.1;10.0.0.1"])
def test_whatever_would_trust_anybody_is_refused(listed: str) -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        CommonSettings(**NEEDED, trusted_proxies=listed)


def test_what_is_missing_or_unreadable_is_named_without_its_value() -> None:
    with pytest.raises(ValidationError) as refused:
        CommonSettings(**{**NEEDED, "http_port": "canari"})
    assert "CER_HTTP_PORT : valeur refusée" in settings_refusal(refused.value)
    assert "canari" not in settings_refusal(refused.value)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["validation", "migrate"], "CER_DATABASE_URL : il manque"),
        (["validation", "run"], "CER_KAFKA : il manque"),
        (["migrate-all"], "CER_DOCUMENTS_DATABASE_URL"),
    ],
)
def test_a_command_that_misses_a_setting_says_which_and_shows_no_trace(command: list[str], told: str) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("CER_")}
    ran = subprocess.run(
        [sys.executable, "-m", "cer", *command], env=bare, capture_output=True, text=True, check=False, timeout=60
    )

    assert (ran.returncode, ran.stdout) == (2, "")
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr
