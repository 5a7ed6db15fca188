"""`cer contracts erase DOSSIER` and `cer contracts erasures`: one person erased, and who has answered."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

import typer

from services.contracts.adapters.repository import stores_of
from services.contracts.application.commands.erasures import Wish, erase, plan
from services.contracts.application.queries.erasures import erasures
from services.contracts.domain.erasures.model import ASKED, Erasure, Ground
from services.contracts.settings import Settings
from shared.database.engine import Database
from shared.kernel.clock import SystemClock
from shared.runtime.commands import run_or_tell
from shared.runtime.platform import Platform

PAGE = 200


def erase_person(
    dossier: Annotated[UUID, typer.Argument(help="Identifiant du dossier")],
    *,
    by: Annotated[str, typer.Option(envvar="CER_OPERATOR", help="Identifiant de l'agent qui le fait")],
    reason: Annotated[Ground, typer.Option(help="Motif, gardé au registre")] = Ground.REQUEST,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compte sans rien effacer")] = False,
) -> None:
    """Efface une personne : ici, puis dans chaque service. Ne se reprend pas."""

    async def act(database: Database) -> None:
        async with database.begin() as uow:
            stores = stores_of(uow.session)
            if dry_run:
                planned = await plan(stores, dossier)
                for table, rows in planned.rows.items():
                    typer.echo(f"  {table:20} {rows}")
                typer.echo(f"  fichiers             {planned.files}")
                typer.echo(f"Rien n'est effacé. Seraient aussi sollicités : {', '.join(ASKED[1:])}")
                return
            done = await erase(uow, stores, SystemClock(), Wish(dossier, reason, by))
        typer.echo(f"Effacement n° {done.number} : {len(done.cer_ids)} CER ; à suivre par « cer contracts erasures »")

    run(act)


def list_erasures(
    *, unanswered: Annotated[bool, typer.Option("--unanswered", help="Ceux qu'un service n'a pas finis")] = False
) -> None:
    """Le registre des effacements, et les services qui n'ont pas répondu."""

    async def act(database: Database) -> None:
        after, shown = 0, 0
        async with database.read() as session:
            while page := await erasures(stores_of(session), after, PAGE, unanswered=unanswered):
                for one in page:
                    typer.echo(_line(one))
                after, shown = page[-1].number, shown + len(page)
        typer.echo(f"{shown} effacement(s)")

    run(act)


def run(act: Callable[[Database], Awaitable[None]]) -> None:
    """Runs on the service's database."""

    async def main() -> None:
        platform = Platform(Settings())
        try:
            await act(platform.database)
        finally:
            await platform.tokens.close()
            await platform.database.close()

    run_or_tell(main())


def _line(one: Erasure) -> str:
    waiting = ", ".join(one.unanswered) or "tous ont répondu"
    return f"{one.number}  {one.erased_at:%Y-%m-%d %H:%M}  {one.dossier_id}  {one.ground}  attendus : {waiting}"
