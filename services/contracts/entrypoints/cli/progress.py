"""A progress bar on the error output, by the bytes of the file that were read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn


@contextmanager
def progress(file: Path) -> Iterator[Callable[[int, str], None]]:
    """Gives what to call with the bytes read so far and what was done."""
    columns = (TextColumn("{task.fields[done]}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("import", total=file.stat().st_size, done="")
        yield lambda read, done: bar.update(task, completed=read, done=done)
