"""Advisory locks of one database have numbers of their own: the relay holds its lock for as long as it leads."""

import ast

from tests.architecture.tree import ROOT


def test_no_two_locks_have_one_number() -> None:
    numbers = [
        node.value.value
        for folder in ("services", "shared")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id.endswith("_LOCK")
        and isinstance(node.value, ast.Constant)
    ]

    assert len(numbers) >= 3
    assert len(set(numbers)) == len(numbers)
