"""Keys are given out by `READERS`: no service's code opens a block whose private key it does not get."""

import ast
from pathlib import Path

import pytest

from shared.events.blocks import BLOCKS, READERS
from tests.architecture.tree import ROOT, SERVICES, relative

NAMES = {block.__name__: block.name for block in BLOCKS}


def _opened(path: Path) -> set[str]:
    """The blocks that a module opens: `keys.open(Identity, …)`, `keys.open_token(Identity, …)`."""
    return {
        NAMES[call.args[0].id]
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"open", "open_token"}
        and call.args
        and isinstance(call.args[0], ast.Name)
        and call.args[0].id in NAMES
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_opens_only_the_blocks_that_it_reads(service: str) -> None:
    opened = {
        (relative(path), block) for path in (ROOT / "services" / service).rglob("*.py") for block in _opened(path)
    }

    assert [(path, block) for path, block in sorted(opened) if service not in READERS[block]] == []


def test_blocks_are_opened_somewhere() -> None:
    opened = {block for path in (ROOT / "services").rglob("*.py") for block in _opened(path)}

    assert opened == READERS.keys()
