"""How a command that cannot do what is asked ends: with one line that says why, and no trace of the program."""

import asyncio
import errno
import socket
import ssl
import traceback
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import typer
from aiokafka.errors import BrokerResponseError, KafkaError
from click import ClickException
from sqlalchemy.exc import InterfaceError, SQLAlchemyError

from shared.database.away import is_away, is_conflict, sqlstate
from shared.kernel.errors import Refusal

Result = TypeVar("Result")
REFUSED = 1

# Classes and codes of SQLSTATE: who may not come in, asks for a database that is not there, or for what is not theirs;
# what was not migrated.
_KEPT_OUT = ("28", "3D", "42501")
_NOT_MIGRATED = {"42P01", "42703", "42883"}
_FILE_FAULTS = {
    errno.ENOENT: "il n'existe pas",
    errno.EACCES: "l'accès est refusé",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "un dossier de ce chemin n'en est pas un",
    errno.EROFS: "le disque est en lecture seule",
}
_DISK_FAULTS = {
    errno.ENOSPC: "il est plein",
    errno.EDQUOT: "le quota est atteint",
    errno.EIO: "il ne se lit pas, ou ne s'écrit pas",
}
# The last two are of a socket of this machine: of a file they come with its name.
_NETWORK_FAULTS = {
    errno.ENETUNREACH,
    errno.EHOSTUNREACH,
    errno.ENETDOWN,
    errno.EHOSTDOWN,
    errno.EADDRNOTAVAIL,
    errno.ENOENT,
    errno.EACCES,
}
_AGAIN = "Ce qui était déjà enregistré le reste : relancez la commande"


def run_or_tell(work: Coroutine[Any, Any, Result]) -> Result:
    """What the command gives; how it fails is told, and ends with 1."""
    with told():
        return asyncio.run(work)


@contextmanager
def told(
    code: int = REFUSED, database: str = "CER_DATABASE_URL", *, migrating: bool = False, ours: bool = False
) -> Iterator[None]:
    """Tells what `words_of` has words for, and ends with this code; what is a fault of ours is raised.

    With `ours` that ends with this code as well, after its trace: where 1, which Python ends with, says something else.
    """
    try:
        yield
    except (typer.Exit, typer.Abort, ClickException):
        raise
    except Exception as error:
        if (words := words_of(error, database, migrating=migrating)) is not None:
            end(words, code)
        if not ours:
            raise
        end("" if isinstance(error, BrokenPipeError) else traceback.format_exc(), code)


def words_of(error: Exception, database: str = "CER_DATABASE_URL", *, migrating: bool = False) -> str | None:
    """Of a refusal, a server that does not answer, a file that cannot be used; none for what is a fault of ours.

    `database` is the setting that says where it is; one that is `migrating` is not told to be migrated.
    """
    match error:
        case Refusal():
            return f"{error.title} : {error.detail}"
        case KafkaError():
            return _of_kafka(error)
        case OSError():
            return _of_system(error, database)
        case SQLAlchemyError():
            return _of_database(error, database, migrating=migrating)
        case _:
            return None


def in_a_folder(path: Path | None) -> Path | None:
    """Of an option that names a file to write: said before an hour's work, and not after it. Raises BadParameter."""
    if path is not None and not path.parent.is_dir():
        raise typer.BadParameter(f"le dossier {path.parent} n'existe pas")
    return path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Where to write what is to stand at `path`: all of it stands there at once, or what stood there stays."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def end(words: str, code: int = REFUSED) -> NoReturn:
    """Says so on the error output, and ends."""
    typer.echo(words, err=True)
    raise typer.Exit(code) from None


def _of_kafka(error: KafkaError) -> str:
    if isinstance(error, BrokerResponseError) and not error.retriable:
        return f"Kafka refuse la demande ({type(error).__name__}) : vérifiez les droits et les réglages demandés."
    return f"Kafka ne répond pas ({type(error).__name__}) : vérifiez CER_KAFKA, puis relancez la commande."


def _of_system(error: OSError, database: str) -> str | None:
    """Of a file, of the disk, or of the way to the database; a reader that reads no more (`| head`) is no failure."""
    if error.errno in _DISK_FAULTS:
        return f"Le disque ne sert pas : {_DISK_FAULTS[error.errno]}. {_AGAIN} quand il sert à nouveau."
    if error.filename is not None:
        why = _FILE_FAULTS.get(error.errno or 0, error.strerror)
        return f"Le fichier {error.filename} n'est pas utilisable : {why}."
    far = isinstance(error, ConnectionError | TimeoutError | socket.gaierror | ssl.SSLError)
    # Several addresses of one name, none of which answers.
    several = error.errno is None and "Connect call failed" in str(error)
    if isinstance(error, BrokenPipeError) or not (far or several or error.errno in _NETWORK_FAULTS):
        return None
    return _away(str(error) or type(error).__name__, database)


def _of_database(error: SQLAlchemyError, database: str, *, migrating: bool) -> str | None:
    """Never with the words of the database, which may repeat values."""
    state = sqlstate(error)
    if state in _NOT_MIGRATED and not migrating:
        return "La base de données n'est pas à jour : lancez « cer SERVICE migrate », puis relancez la commande."
    if state.startswith(_KEPT_OUT):
        return f"La base de données refuse l'accès (SQLSTATE {state}) : vérifiez {database} et les droits de son rôle."
    if not is_away(error) or (isinstance(error, InterfaceError) and "closed" not in str(error.orig)):
        return None
    if is_conflict(error):
        return f"Un autre traitement modifie les mêmes données (SQLSTATE {state}). {_AGAIN} quand il est fini."
    return _away(f"SQLSTATE {state}" if state else type(error).__name__, database)


def _away(why: str, database: str) -> str:
    return f"La base de données ne répond pas ({why}). Vérifiez qu'elle tourne et {database}. {_AGAIN} ensuite."
