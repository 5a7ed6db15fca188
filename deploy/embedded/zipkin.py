"""Zipkin, to look at traces: started only when asked for; keeps them in memory."""

from urllib.error import URLError
from urllib.request import urlopen

from deploy.embedded.java import JavaComponent
from deploy.embedded.ports import HOST


class Zipkin(JavaComponent):
    """Takes traces at `/api/v2/spans` and shows them in a browser."""

    name = "zipkin"
    port_names = ("zipkin",)

    @property
    def url(self) -> str:
        """Its page."""
        return f"http://{HOST}:{self.port}"

    def arguments(self) -> list[str]:
        """Loopback only: by default it listens on all interfaces."""
        (jar,) = self.jars.glob("*.jar")
        listen = {"ip": HOST, "port": str(self.port), "protocols[0]": "http"}
        return [
            *("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(jar)),
            *(f"--armeria.ports[0].{name}={value}" for name, value in listen.items()),
        ]

    def environment(self) -> dict[str, str]:
        """Bounds what it keeps."""
        return {"MEM_MAX_SPANS": "50000"}

    def ready(self) -> bool:
        """Whether its own health check says so."""
        try:
            with urlopen(f"{self.url}/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def addresses(self) -> dict[str, str]:
        """Its page."""
        return {"zipkin": self.url}
