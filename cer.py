"""The command `cer`: runs, migrates and operates a service, which it loads by name (`services.<name>`)."""

import importlib
import os
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError

SERVICES = ("contracts", "signature", "documents", "validation", "notifications")

app = typer.Typer(help="CER : contrats d'engagements réciproques.", no_args_is_help=True, add_completion=False)


def _present() -> list[str]:
    """The services whose folder is here: an image holds one of them."""
    root = Path(__file__).resolve().parent / "services"
    return [name for name in SERVICES if (root / name / "main.py").exists()]


def _service(name: str) -> typer.Typer:
    """The commands that every service has, and its own (`entrypoints/cli`)."""
    commands = typer.Typer(help=f"Le service {name}.", no_args_is_help=True)

    @commands.command()
    def run(
        role: str = typer.Option(
            "all", help="api, consumer, relay, worker (plusieurs séparés par des virgules) ou all"
        ),
        port: int = typer.Option(0, help="Port HTTP ; à défaut CER_HTTP_PORT"),
    ) -> None:
        """Fait tourner le service."""
        from shared.runtime.server import serve

        serve(name, importlib.import_module(f"services.{name}.main"), role, port)

    @commands.command()
    def migrate() -> None:
        """Met la base de données du service à jour."""
        from shared.database.migrations import migrate as bring_up
        from shared.runtime.commands import told

        with told(migrating=True):
            bring_up(name, _settings(name).database_url)

    if _has_module(name, "entrypoints/cli"):
        own: typer.Typer = importlib.import_module(f"services.{name}.entrypoints.cli").app
        commands.registered_commands.extend(own.registered_commands)
        commands.registered_groups.extend(own.registered_groups)
    _add_operating(commands, name)
    return commands


def _add_operating(commands: typer.Typer, name: str) -> None:
    """What an operator does in every service."""
    from shared.audit.cli import audit_commands
    from shared.objects.grants import OWNERS
    from shared.runtime.operator_cli import outbox_commands, parked_commands

    def operations() -> Any:
        return importlib.import_module(f"services.{name}.main").operations()

    commands.add_typer(audit_commands(lambda: _settings(name)), name="audit")
    commands.add_typer(parked_commands(operations), name="parked")
    commands.add_typer(outbox_commands(operations), name="outbox")

    if name in OWNERS:
        from shared.runtime.files_cli import keys_commands

        commands.add_typer(keys_commands(name, lambda: _settings(name)), name="keys")


def _has_module(name: str, path: str) -> bool:
    """Whether the service has this module, or the folder that it became."""
    module = Path(__file__).resolve().parent / "services" / name / path
    return module.is_dir() or module.with_suffix(".py").exists()


def _settings(name: str) -> Any:
    return importlib.import_module(f"services.{name}.settings").Settings()


topics = typer.Typer(help="Les topics Kafka.", no_args_is_help=True)


@topics.command()
def provision(
    kafka: str = typer.Option(..., envvar="CER_KAFKA", help="Serveurs Kafka"),
    partitions: int = typer.Option(24),
    replication: int = typer.Option(1, help="3 en production"),
    min_in_sync: int = typer.Option(1, help="2 en production"),
) -> None:
    """Crée les topics qui manquent et règle les autres."""
    from shared.messaging.provisioning import provision as create
    from shared.runtime.commands import run_or_tell

    for topic, done in run_or_tell(create(kafka, partitions, replication, min_in_sync)).items():
        typer.echo(f"{topic}: {done}")


@app.command("migrate-all")
def migrate_all() -> None:
    """Met à jour la base de chaque service, d'après CER_<SERVICE>_DATABASE_URL."""
    from shared.database.migrations import migrate
    from shared.runtime.commands import told

    urls = {name: os.environ.get(f"CER_{name.upper()}_DATABASE_URL") for name in _present()}
    if missing := [f"CER_{name.upper()}_DATABASE_URL" for name, url in urls.items() if not url]:
        typer.echo(f"Rien n'est mis à jour, il manque : {', '.join(missing)}", err=True)
        raise typer.Exit(2)
    for name, url in urls.items():
        with told(database=f"CER_{name.upper()}_DATABASE_URL", migrating=True):
            migrate(name, str(url))
        typer.echo(f"{name}: base à jour")


app.add_typer(topics, name="topics")


def main() -> None:
    """Loads only the service that the command line names: importing one costs seconds."""
    import sys

    named = sys.argv[1] if len(sys.argv) > 1 else ""
    for name in _present():
        if name == named:
            app.add_typer(_service(name), name=name)
        else:
            app.add_typer(typer.Typer(help=f"Le service {name}."), name=name)
    try:
        app()
    except ValidationError as error:
        if error.title != "Settings":
            raise
        from shared.runtime.settings import settings_refusal

        typer.echo(settings_refusal(error), err=True)
        sys.exit(2)
    except OSError as error:
        # Of a file. What a command needs from afar it tells itself: here nobody knows what it was.
        if error.filename is None:
            raise
        from shared.runtime.commands import REFUSED, words_of

        typer.echo(words_of(error), err=True)
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
