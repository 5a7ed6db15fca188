"""What every service is told by its environment; names are prefixed with `CER_`."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _networks(listed: str) -> str:
    """Addresses and networks, as given. Raises ValueError for anything else: a name, or `*`, would trust anybody."""
    for one in filter(None, listed.split(",")):
        ip_network(one.strip())
    return listed


class CommonSettings(BaseSettings):
    """Addresses, keys and tracing. A service's own settings extend these."""

    model_config = SettingsConfigDict(env_prefix="CER_", extra="ignore")

    database_url: str = Field(description="postgresql+asyncpg://role:password@host:port/database, direct, not pooled")
    kafka: str = Field(description="Bootstrap servers, `host:port` separated by commas")
    oidc_issuer: str = Field(description="Issuer of the agents' tokens")
    oidc_audience: str = Field(default="cer", description="Audience that tokens must name")
    keys_dir: Path = Field(description="Folder of the block keys that this service may use")
    objects: str = Field(default="var/objects", description="Object store: a folder, or s3://bucket/prefix")
    objects_key: str = Field(default="", description="Name (kid) of the key that encrypts files; none: in clear")
    traces: str = Field(default="none", description="none, file:PATH, zipkin:URL or otlp:URL")
    log_level: str = "INFO"
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = Field(
        default="",
        description="Addresses or networks, separated by commas, whose X-Forwarded-For says where a client is; "
        "none: the address that connects is the client's",
    )
    instance: str = Field(default="", description="Name of this replica, stable across restarts; none: any replica")
    relay_poll_seconds: float = Field(default=0.05, description="The relay's net, when no commit wakes it")
