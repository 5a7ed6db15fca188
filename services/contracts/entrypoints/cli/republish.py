"""`cer contracts republish`: what a service needs that starts, or was restored from a backup."""

from collections import Counter
from typing import Annotated

import typer

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.republishing import WHAT, Republisher
from services.contracts.entrypoints.cli.erasures import run
from shared.database.engine import Database
from shared.kernel.clock import SystemClock

SHOWN_EVERY = 10_000


def republish(
    *,
    only: Annotated[list[str] | None, typer.Option(help=f"Parmi {', '.join(WHAT)} ; à défaut tout")] = None,
    restart: Annotated[bool, typer.Option("--restart", help="Recommence ce qui avait été interrompu")] = False,
) -> None:
    """Redit les effacements, les listes, les agents, les dossiers et les CER. Interrompu, il reprend où il en était."""
    chosen = only or list(WHAT)
    if unknown := [what for what in chosen if what not in WHAT]:
        raise typer.BadParameter(f"{', '.join(unknown)} : inconnu ; possibles : {', '.join(WHAT)}")
    seen: Counter[str] = Counter()

    def progress(what: str, told: int) -> None:
        before, seen[what] = seen[what], seen[what] + told
        if before // SHOWN_EVERY != seen[what] // SHOWN_EVERY:
            typer.echo(f"{what} : {seen[what]}…")

    async def act(database: Database) -> None:
        republisher = Republisher(database, stores_of, SystemClock(), progress)
        for what in WHAT:
            if what in chosen:
                typer.echo(f"{what} : {await republisher.tell(what, anew=restart)} redits")

    run(act)
