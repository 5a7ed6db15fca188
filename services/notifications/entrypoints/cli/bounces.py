"""`cer notifications bounces`: mails that came back, from the Maildir where the server of `CER_MAIL_FROM` puts them."""

import mailbox
from pathlib import Path

import typer

from services.notifications.adapters.repository import stores_of
from services.notifications.application.commands.ledger import Ledger
from services.notifications.domain.bounce import Bounce
from services.notifications.settings import Settings
from shared.kernel.clock import SystemClock
from shared.runtime.commands import run_or_tell
from shared.runtime.platform import Platform

SEEN = "S"


def bounces(
    folder: Path = typer.Argument(..., help="Le Maildir où arrivent les mails revenus", exists=True, file_okay=False),
) -> None:
    """Note les mails revenus en échec : le dossier de la personne le montre. Ce qui est lu est marqué lu."""
    kept, others = run_or_tell(take(Platform(Settings()), folder))
    typer.echo(f"{kept} retour(s) noté(s), {others} autre(s) mail(s) laissé(s)")


async def take(platform: Platform, folder: Path) -> tuple[int, int]:
    """Reads what was not read yet; how many bounces were noted, and how many mails were none of ours or known.

    One transaction for each mail, marked after it: a crash reads it again, and notes nothing twice.
    """
    ledger = Ledger(stores_of, platform.keys, SystemClock())
    maildir = mailbox.Maildir(folder, create=False)
    kept = others = 0
    for key in maildir.iterkeys():
        mail = maildir.get_message(key)
        if SEEN in mail.get_flags():
            continue
        bounce = Bounce.read(maildir.get_bytes(key))
        noted = False
        if bounce is not None:
            async with platform.database.begin() as uow:
                noted = await ledger.came_back(uow, bounce)
        kept, others = kept + noted, others + (not noted)
        mail.set_subdir("cur")
        mail.add_flag(SEEN)
        maildir[key] = mail
    await platform.database.close()
    return kept, others
