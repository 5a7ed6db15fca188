"""What an operator does with events that could not take effect, or could not leave.

`cer <service> parked list|replay|drop` and `cer <service> outbox list|retry`.
"""

from collections.abc import Awaitable, Callable

import typer

from shared.database.engine import Database
from shared.messaging.consumer import Consumer
from shared.messaging.parking import ParkingLot, list_parked
from shared.messaging.set_aside import list_set_aside, retry_set_aside
from shared.runtime.commands import run_or_tell

Operations = Callable[[], tuple[Database, list[Consumer]]]


def parked_commands(operations: Operations) -> typer.Typer:
    """The commands of one service; `operations` gives its database and its consumers."""
    commands = typer.Typer(help="Les événements mis de côté.", no_args_is_help=True)

    @commands.command("list")
    def list_() -> None:
        """Les événements en attente, du plus ancien au plus récent."""
        _run(operations, _show)

    @commands.command()
    def replay(
        parked_id: int = typer.Argument(0, help="Numéro de l'événement"),
        all_: bool = typer.Option(False, "--all", help="Tous, dans l'ordre"),
    ) -> None:
        """Rejoue un événement, ou tous."""

        async def act(_: Database, lot: ParkingLot) -> None:
            if all_:
                passed, failed = await lot.replay_all()
                typer.echo(f"{passed} rejoués, {failed} encore en attente")
            else:
                await lot.replay(parked_id)
                typer.echo(f"{parked_id} rejoué")

        _run(operations, act)

    @commands.command()
    def drop(parked_ids: list[int] = typer.Argument(..., help="Numéros des événements")) -> None:
        """Abandonne des événements : ils n'auront pas d'effet."""

        async def act(_: Database, lot: ParkingLot) -> None:
            for parked_id in parked_ids:
                await lot.drop(parked_id)
                typer.echo(f"{parked_id} abandonné")

        _run(operations, act)

    return commands


def outbox_commands(operations: Operations) -> typer.Typer:
    """The commands for rows that Kafka refused."""
    commands = typer.Typer(help="Les événements que Kafka a refusés.", no_args_is_help=True)

    @commands.command("list")
    def list_() -> None:
        """Les lignes mises de côté, et ce qui attend derrière."""

        async def act(database: Database, _: ParkingLot) -> None:
            rows = await list_set_aside(database)
            for row in rows:
                typer.echo(
                    f"{row['id']}  {row['set_aside_at']:%Y-%m-%d %H:%M:%S}  {row['type']}  {row['topic']}  "
                    f"{row['bytes']} octets  {row['error']}  {row['waiting']} en attente derrière"
                )
            typer.echo(f"{len(rows)} ligne(s) mise(s) de côté")

        _run(operations, act)

    @commands.command()
    def retry(outbox_id: int = typer.Argument(..., help="Numéro de la ligne")) -> None:
        """Rend une ligne au relais, une fois la cause réparée."""

        async def act(database: Database, _: ParkingLot) -> None:
            await retry_set_aside(database, outbox_id)
            typer.echo(f"{outbox_id} rendue au relais")

        _run(operations, act)

    return commands


async def _show(database: Database, _: ParkingLot) -> None:
    rows = await list_parked(database)
    for row in rows:
        typer.echo(
            f"{row['id']}  {row['parked_at']:%Y-%m-%d %H:%M:%S}  {row['consumer']}  {row['type'] or '(sans type)'}  "
            f"{row['topic']}/{row['partition']}@{row['kafka_offset']}  {row['code']} : {row['reason']}"
        )
    typer.echo(f"{len(rows)} événement(s) en attente")


def _run(operations: Operations, act: Callable[[Database, ParkingLot], Awaitable[None]]) -> None:
    async def main() -> None:
        database, consumers = operations()
        try:
            await act(database, ParkingLot(database, consumers))
        finally:
            await database.close()

    run_or_tell(main())
