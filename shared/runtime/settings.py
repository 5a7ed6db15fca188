"""What every service is told by its environment; names are prefixed with `CER_`."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CER_"


def _networks(listed: str) -> str:
    """Addresses and networks, as given. Raises ValueError for anything else: a name, or `*`, would trust anybody."""
    for one in filter(None, listed.split(",")):
        ip_network(one.strip())
    return listed


class CommonSettings(BaseSettings):
    """Addresses, keys and tracing. A service's own settings extend these."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    database_url: str = Field(description="postgresql+asyncpg://role:password@host:port/database, direct, not pooled")
    kafka: str = Field(description="Bootstrap servers, `host:port` separated by commas")
    oidc_issuer: str = Field(description="Issuer of the agents' tokens")
    oidc_audience: str = Field(default="cer", description="Audience that tokens must name")
    keys_dir: Path = Field(description="Folder of the block keys that this service may use")
    objects: str = Field(default="var/objects", description="Object store: a folder, or s3://bucket/prefix")
    objects_key: str = Field(default="", description="Name (kid) of the key that encrypts files; none: in clear")
    traces: str = Field(default="none", description="none, file:PATH, zipkin:URL or otlp:URL")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    http_host: str = Field(default="127.0.0.1", description="Address that the API listens on")
    http_port: int = Field(default=8000, description="Port that the API listens on")
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = Field(
        default="",
        description="Addresses or networks, separated by commas, whose X-Forwarded-For says where a client is; "
        "none: the address that connects is the client's",
    )
    instance: str = Field(default="", description="Name of this replica, stable across restarts; none: any replica")
    audit_head_seconds: float = Field(
        default=240.0, gt=0, description="How often the head of the audit is published, when there are new entries"
    )
    relay_poll_seconds: float = Field(default=0.05, description="The relay's net, when no commit wakes it")


def settings_refusal(error: ValidationError) -> str:
    """In words which settings are missing or cannot be read, never with their values: some hold passwords."""
    told = []
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        name = ".".join(str(part) for part in one["loc"]).upper()
        missing = one["type"] == "missing"
        told.append(
            f"{PREFIX}{name} : {'il manque' if missing else 'valeur refusée (' + one['msg'] + ')'}"
            if name
            else one["msg"]
        )
    return "Réglages manquants ou illisibles (docs/settings.md les décrit) :\n" + "\n".join(f"  {one}" for one in told)
