"""`cer <service> audit …`: the chain verified, its head shown, what is old enough pruned."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import typer

from shared.audit import keeping
from shared.audit.chain import Chain
from shared.audit.entry import Head
from shared.audit.head_text import heads_of, shown
from shared.audit.keeping import Verdict
from shared.database.engine import Database
from shared.kernel.clock import SystemClock
from shared.kernel.errors import Refusal
from shared.runtime.commands import end, told
from shared.runtime.platform import Platform
from shared.runtime.settings import CommonSettings

Done = TypeVar("Done")
SettingsOf = Callable[[], CommonSettings]

# 1 is a chain that was tampered with, and nothing else.
UNCHECKED = 3
checking = partial(told, UNCHECKED, ours=True)


def audit_commands(settings_of: SettingsOf) -> typer.Typer:
    """The commands of one service."""
    commands = typer.Typer(help="Le journal des consultations, chaîné.", no_args_is_help=True)

    @commands.command()
    def verify(
        head: list[Path] = typer.Option(
            [], exists=True, dir_okay=False, readable=True, help="Empreintes gardées ailleurs, une par ligne, en JSON"
        ),
    ) -> None:
        """Vérifie toute la chaîne, contre les empreintes publiées ici et celles que d'autres gardent.

        Code de sortie : 0 intacte, 1 altérée (la première entrée en cause est dite), 3 vérification impossible.
        """
        if not _is_whole(settings_of, head):
            raise typer.Exit(1)

    @commands.command()
    def head() -> None:
        """Montre où en est la chaîne, en JSON : à garder ailleurs, pour `verify --head`.

        Code de sortie : 0, ou 3 s'il n'y a rien à montrer, ou que rien n'a pu être lu.
        """
        with checking():
            if (found := _run(settings_of, _head)) is None:
                end("Le journal est vide.", UNCHECKED)
            typer.echo(json.dumps(shown(found)))

    @commands.command()
    def prune(
        months: int = typer.Option(12, min=6, help="Âge au-delà duquel les entrées partent (CNIL : six mois à un an)"),
    ) -> None:
        """Ôte les entrées anciennes ; la chaîne reste vérifiable depuis le point d'élagage, qui est gardé.

        Code de sortie : 0, ou 3 si l'élagage n'a pu être fait.
        """
        with checking():
            anchor, gone = _run(settings_of, lambda database: keeping.prune(database, SystemClock(), _age(months)))
        typer.echo(f"{gone} entrées ôtées, jusqu'à la {anchor.id} ({anchor.at:%Y-%m-%d %H:%M} UTC) comprise")

    return commands


def _age(months: int) -> timedelta:
    return timedelta(days=round(months * 30.5))


def _is_whole(settings_of: SettingsOf, files: list[Path]) -> bool:
    with checking():
        held = _held(files)
        verdict = _run(settings_of, lambda database: keeping.verify(database, SystemClock(), held))
        _tell(verdict, len(held))
    return verdict.flaw is None


def _held(files: list[Path]) -> list[Head]:
    try:
        return [one for file in files for one in heads_of(file.read_text(encoding="utf-8-sig"))]
    except (Refusal, UnicodeDecodeError) as error:
        typer.echo(f"Empreintes illisibles : {getattr(error, 'detail', 'le fichier doit être en UTF-8')}", err=True)
        raise typer.Exit(UNCHECKED) from None


async def _head(database: Database) -> Head | None:
    async with database.read() as session:
        return await Chain(session).head()


def _tell(verdict: Verdict, held: int) -> None:
    since = f", depuis l'élagage à l'entrée {verdict.anchor.id}" if verdict.anchor else ""
    if verdict.flaw is not None:
        typer.echo(f"CHAÎNE ALTÉRÉE à l'entrée {verdict.flaw.entry_id} : {verdict.flaw.words}.", err=True)
        typer.echo(f"{verdict.checked} entrées étaient intactes avant elle{since}.", err=True)
        return
    typer.echo(f"Chaîne intacte : {verdict.checked} entrées vérifiées{since}.")
    if verdict.head is not None:
        typer.echo(json.dumps(shown(verdict.head)))
    if not held:
        typer.echo("Sans empreinte gardée ailleurs (--head), une chaîne refaite en entier ne se verrait pas.")


def _run(settings_of: SettingsOf, act: Callable[[Database], Awaitable[Done]]) -> Done:
    async def main() -> Done:
        platform = Platform(settings_of())
        try:
            return await act(platform.database)
        finally:
            await platform.tokens.close()
            await platform.database.close()

    return asyncio.run(main())
