"""What an operator does with the keys that encrypt a service's files: `cer <service> keys new|status|rotate`.

A rotation: `new`, the file handed to every reader (restarted), `CER_OBJECTS_KEY` set to it and the service restarted,
then `rotate`; the old key may leave the folders when `status` counts no file of it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import typer

from shared.kernel.errors import Refusal
from shared.objects.errors import ObjectMissing
from shared.objects.store import Objects
from shared.runtime.commands import run_or_tell, told
from shared.runtime.platform import open_objects
from shared.runtime.settings import CommonSettings
from shared.security.secrets import make_secret

IN_CLEAR = "(en clair)"
AT_A_TIME = 8
TOLD_EVERY = 1000


def keys_commands(service: str, settings: Callable[[], CommonSettings]) -> typer.Typer:
    """The commands of one service that writes files."""
    commands = typer.Typer(help="Les clés qui chiffrent les fichiers.", no_args_is_help=True)

    @commands.command()
    def new(kid: str = typer.Argument(..., help="Nom de la clé, par exemple documents-2027")) -> None:
        """Fabrique une clé dans CER_KEYS_DIR, sans l'utiliser encore."""
        with told():
            path = make_secret(settings().keys_dir, "objects", kid)
        typer.echo(f"{path.name} : à copier chez chaque lecteur, puis CER_OBJECTS_KEY={kid}")

    @commands.command()
    def status() -> None:
        """Compte les fichiers par clé."""
        _run(_status(service, settings()))

    @commands.command()
    def rotate() -> None:
        """Chiffre par la clé courante ce qui ne l'est pas ; interrompue, la commande reprend où elle en était."""
        _run(_rotate(service, settings()))

    return commands


async def _status(service: str, settings: CommonSettings) -> int:
    objects = open_objects(settings, service)
    found: Counter[str] = Counter()
    async for names in _names(objects):
        found.update(await asyncio.gather(*(_key_of(objects, name) for name in names)))
    for key, files in sorted(found.items()):
        if key:
            typer.echo(f"{key} : {files} fichier(s)")
    return 0


async def _rotate(service: str, settings: CommonSettings) -> int:
    """What is under the current key already is passed over: that is all that a resumption needs."""
    objects = open_objects(settings, service)
    seen, changed, told = 0, 0, 0
    failed: list[str] = []
    async for names in _names(objects):
        for name, ended in zip(
            names, await asyncio.gather(*map(objects.reencrypt, names), return_exceptions=True), strict=True
        ):
            seen += 1
            if isinstance(ended, Refusal):
                failed.append(f"{name} : {ended.title} ({ended.code})")
            elif isinstance(ended, BaseException):
                raise ended
            else:
                changed += ended
        if seen - told >= TOLD_EVERY:
            told = seen
            typer.echo(f"{seen} fichiers vus, {changed} rechiffrés")
    for line in failed:
        typer.echo(line, err=True)
    typer.echo(f"{seen} fichiers vus, {changed} rechiffrés, {len(failed)} en échec")
    return 1 if failed else 0


async def _names(objects: Objects) -> AsyncIterator[list[str]]:
    """The names of all the service's files, a few at a time."""
    async for some in objects.listed():
        names = [one.name for one in some]
        for at in range(0, len(names), AT_A_TIME):
            yield names[at : at + AT_A_TIME]


async def _key_of(objects: Objects, name: str) -> str:
    try:
        return await objects.key_of(name) or IN_CLEAR
    except ObjectMissing:
        return ""


def _run(act: Coroutine[Any, Any, int]) -> None:
    if code := run_or_tell(act):
        raise typer.Exit(code)
