"""The identity provider: `mock-oauth2-server`, with one account for each persona.

A browser gets a page of personas at `/cer/authorize`. A script gets the same token without a browser:
`POST /cer/token` with `grant_type=client_credentials`, the persona's id as `client_id` and any `client_secret`.
"""

import json
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from joserfc.jwk import RSAKey

from deploy.embedded.java import JavaComponent
from deploy.embedded.pages import render
from deploy.embedded.personas import PERSONAS, TERRITORIES
from deploy.embedded.ports import HOST
from deploy.embedded.state import write_private

TOKEN_SECONDS = 8 * 3600


class Idp(JavaComponent):
    """The OIDC issuer of the embedded system."""

    name = "idp"
    port_names = ("idp",)

    @property
    def issuer(self) -> str:
        """What tokens name as `iss`."""
        return f"http://{HOST}:{self.port}/cer"

    def token(self, persona: str) -> str:
        """An access token for a persona, by id."""
        return fetch_token(self.issuer, persona)

    def prepare(self) -> None:
        """Write the login page and the configuration; the signing key is made once, so tokens outlive a restart."""
        super().prepare()
        page = self.folder / "login.html"
        page.write_text(render("login.html", personas=PERSONAS.values(), territories=TERRITORIES))
        write_private(self.folder / "config.json", json.dumps(self._configuration(str(page)), ensure_ascii=False))

    def _configuration(self, login_page: str) -> dict[str, Any]:
        return {
            "interactiveLogin": True,
            "loginPagePath": login_page,
            "httpServer": "NettyWrapper",
            "tokenProvider": {"keyProvider": {"initialKeys": self._signing_key(), "algorithm": "RS256"}},
            "tokenCallbacks": [
                {
                    "issuerId": "cer",
                    "tokenExpiry": TOKEN_SECONDS,
                    "requestMappings": [
                        {"requestParam": parameter, "match": persona.id, "claims": persona.claims}
                        for persona in PERSONAS.values()
                        # A script names the persona as its client; after a login the subject is what the page posted.
                        for parameter in ("client_id", "subject")
                    ],
                }
            ],
        }

    def _signing_key(self) -> str:
        path = self.folder / "signing.json"
        if not path.exists():
            key = RSAKey.generate_key(2048, {"kid": "cer", "use": "sig"}, private=True)
            write_private(path, json.dumps(key.as_dict(private=True)))
        return path.read_text()

    def arguments(self) -> list[str]:
        """Little memory, quick to start."""
        memory = ["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        logs = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
        main = "no.nav.security.mock.oauth2.StandaloneMockOAuth2ServerKt"
        return [*memory, *logs, "-cp", f"{self.jars}/*", main]

    def environment(self) -> dict[str, str]:
        """Loopback only."""
        return {
            "SERVER_HOSTNAME": HOST,
            "SERVER_PORT": str(self.port),
            "JSON_CONFIG_PATH": str(self.folder / "config.json"),
        }

    def ready(self) -> bool:
        """Whether it serves its discovery document."""
        try:
            with urlopen(f"{self.issuer}/.well-known/openid-configuration", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def addresses(self) -> dict[str, str]:
        """The issuer."""
        return {"issuer": self.issuer}


def fetch_token(issuer: str, persona: str) -> str:
    """An access token for a persona, without a browser. Raises KeyError for an unknown persona, URLError."""
    form = {"grant_type": "client_credentials", "client_id": PERSONAS[persona].id, "client_secret": "x"}
    with urlopen(f"{issuer}/token", data=urlencode(form).encode(), timeout=10) as answer:
        return str(json.load(answer)["access_token"])
