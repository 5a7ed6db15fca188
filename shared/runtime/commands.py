"""How a command that cannot do what is asked ends: with one line that says why, and no trace of the program."""

import asyncio
import errno
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import typer
from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from shared.database.away import is_away
from shared.kernel.errors import Refusal

Result = TypeVar("Result")
REFUSED = 1

# Classes and codes of SQLSTATE: who may not come in, or asks for a database that is not there; what was not migrated.
_KEPT_OUT = ("28", "3D")
_NOT_MIGRATED = {"42P01", "42703", "42883"}
_FILE_FAULTS: dict[int | None, str] = {
    errno.ENOENT: "il n'existe pas",
    errno.EACCES: "l'accès est refusé",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.ENOSPC: "le disque est plein",
    errno.EROFS: "le disque est en lecture seule",
}


def run_or_tell(work: Coroutine[Any, Any, Result], code: int = REFUSED) -> Result:
    """What the command gives; how it fails is told, and ends with this code."""
    with told(code):
        return asyncio.run(work)


@contextmanager
def told(code: int = REFUSED) -> Iterator[None]:
    """Tells refusals, servers that do not answer and files that cannot be used; what is a fault of ours is raised."""
    try:
        yield
    except Refusal as refusal:
        end(f"{refusal.title} : {refusal.detail}", code)
    except (SQLAlchemyError, KafkaError, OSError) as error:
        if (words := _words(error)) is None:
            raise
        end(words, code)


def end(words: str, code: int = REFUSED) -> NoReturn:
    """Says so on the error output, and ends."""
    typer.echo(words, err=True)
    raise typer.Exit(code) from None


def _words(error: Exception) -> str | None:
    """Never with the words of the database, which may repeat values."""
    if isinstance(error, KafkaError):
        return f"Kafka ne répond pas ({type(error).__name__}) : vérifiez CER_KAFKA, puis relancez la commande."
    if isinstance(error, OSError) and error.filename is not None:
        return f"Le fichier {error.filename} n'est pas utilisable : {_FILE_FAULTS.get(error.errno, error.strerror)}."
    state = (getattr(error.orig, "sqlstate", None) or "") if isinstance(error, DBAPIError) else ""
    if state in _NOT_MIGRATED:
        return "La base de données n'est pas à jour : lancez « cer SERVICE migrate », puis relancez la commande."
    if state.startswith(_KEPT_OUT):
        return f"La base de données refuse la connexion (SQLSTATE {state}) : vérifiez CER_DATABASE_URL."
    if not is_away(error):
        return None
    why = str(error) if isinstance(error, OSError) else type(error).__name__
    return (
        f"La base de données ne répond pas ({why}) : ce qui était déjà enregistré le reste. Vérifiez qu'elle tourne et "
        "CER_DATABASE_URL, puis relancez la commande."
    )
