"""Which proxies may say where a client is."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.runtime.settings import CommonSettings

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
