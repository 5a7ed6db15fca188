"""`cer contracts territories open CODE NOM`: the territories of a département that begins; the API does the rest."""

import typer

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.territories import open_if_new
from services.contracts.domain.moves import Act
from services.contracts.settings import Settings
from shared.kernel.clock import SystemClock
from shared.runtime.commands import run_or_tell
from shared.runtime.platform import Platform

territories = typer.Typer(help="Les territoires du Département.", no_args_is_help=True)


@territories.callback()
def _group() -> None:
    """Les territoires du Département."""


@territories.command("open")
def open_(
    code: str = typer.Argument(help="Ce que portent les dossiers et les jetons des agents"),
    name: str = typer.Argument(help="Ce qui est montré"),
) -> None:
    """Ouvre un territoire ; ne change rien s'il existe déjà."""
    opened = run_or_tell(_open(Settings(), code, name))
    typer.echo(f"{code} : {'ouvert' if opened else 'existe déjà'}")


async def _open(settings: Settings, code: str, name: str) -> bool:
    platform = Platform(settings)
    try:
        async with platform.database.begin() as uow:
            act = Act("operator", SystemClock().now())
            return await open_if_new(uow, stores_of(uow.session), code, name, act)
    finally:
        await platform.tokens.close()
        await platform.database.close()
