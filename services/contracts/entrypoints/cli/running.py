"""How a command runs, and how a refusal is told: in one line, without a trace of the program."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

from shared.kernel.errors import Refusal

Result = TypeVar("Result")


def run_or_tell(work: Coroutine[Any, Any, Result]) -> Result:
    """What the command gives; a refusal is told, and ends with code 1."""
    try:
        return asyncio.run(work)
    except Refusal as refusal:
        typer.echo(f"{refusal.title} : {refusal.detail}", err=True)
        raise typer.Exit(1) from None
