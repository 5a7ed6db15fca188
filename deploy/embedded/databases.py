"""One database and one role for each service, on our server or on one given by its URL."""

import os
import re
import subprocess
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit, urlunsplit

from deploy.embedded.binaries import postgres_binary
from deploy.embedded.component import StartFailedError
from deploy.embedded.state import State


def database_secret(name: str) -> str:
    """Under which name the state keeps the URL of a database."""
    return f"url of {name}"


class Databases:
    """Creates databases as the administrator of a server.

    The role `cer_<name>` owns the database `cer_<name>`, has a random password kept under `var/`, and can connect to
    no other database made here. On our own server nobody but the superuser can connect to `postgres` and `template1`.
    """

    def __init__(self, url: str, state: State, *, own_server: bool = False) -> None:
        self.url = url
        self.state = state
        self.own_server = own_server

    def create(self, names: Iterable[str]) -> dict[str, str]:
        """Create what is missing and set the passwords; returns the URL for each role, for asyncpg."""
        names = list(names)
        script = [_CLOSE_COMMON] if self.own_server else []
        script += [_role_and_database(_checked(name), self.state.secret(f"cer_{name}")) for name in names]
        self.run("\n".join(script))
        self.state.addresses["postgres"] = urlsplit(self.url).netloc.rpartition("@")[2]
        urls = {name: self.url_for(name) for name in names}
        for name, url in urls.items():
            self.state.keep_secret(database_secret(name), url)
        return urls

    def drop(self, name: str) -> None:
        """Drop a database, with its connections, and its role."""
        name = _checked(name)
        self.run(f'DROP DATABASE IF EXISTS "cer_{name}" WITH (FORCE);\nDROP ROLE IF EXISTS "cer_{name}";')

    def url_for(self, name: str) -> str:
        """The URL by which a service reaches its own database."""
        server = urlsplit(self.url)
        address = server.netloc.rpartition("@")[2]
        netloc = f"cer_{name}:{self.state.secret(f'cer_{name}')}@{address}"
        # What libpq calls sslmode, asyncpg calls ssl.
        return urlunsplit(("postgresql+asyncpg", netloc, f"/cer_{name}", server.query.replace("sslmode=", "ssl="), ""))

    def run(self, script: str) -> str:
        """Run SQL (and psql's own commands) as the administrator; raises StartFailedError with what psql said."""
        server = urlsplit(self.url)
        user, _, address = server.netloc.rpartition("@")
        url = urlunsplit(server._replace(netloc=f"{user.partition(':')[0]}@{address}" if user else address))
        # Command lines can be read by all on the machine: the password goes by the environment.
        environment = {**os.environ, "PGPASSWORD": unquote(server.password)} if server.password else None
        done = subprocess.run(
            [postgres_binary("psql"), "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", url],
            input=script,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise StartFailedError(f"PostgreSQL a refusé la préparation des bases :\n{done.stderr.strip()}")
        return done.stdout


_CLOSE_COMMON = """
REVOKE ALL ON DATABASE postgres, template1, template0 FROM PUBLIC;
"""


def _role_and_database(name: str, password: str) -> str:
    # psql sends what \gexec makes one statement at a time: CREATE DATABASE cannot stand in a transaction.
    return f"""
SELECT 'CREATE ROLE "cer_{name}" LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cer_{name}') \\gexec
ALTER ROLE "cer_{name}" PASSWORD '{password}';
GRANT "cer_{name}" TO CURRENT_USER;
SELECT 'CREATE DATABASE "cer_{name}" OWNER "cer_{name}"'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'cer_{name}') \\gexec
REVOKE ALL ON DATABASE "cer_{name}" FROM PUBLIC;
"""  # noqa: S608 - names are checked, passwords are ours


def _checked(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
        raise ValueError(f"not the name of a database: {name!r}")
    return name
