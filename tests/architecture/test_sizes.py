"""One concept a file, one thought a function: caps, with exceptions that carry their reason."""

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, SOURCES, python_files, relative

FILE_CAP = 300
TEST_FILE_CAP = 400
FUNCTION_CAP = 40

FILES_LARGER: dict[str, str] = {}
FUNCTIONS_LONGER: dict[str, str] = {
    "shared/runtime/service.py::build_app": "puts every service together: one list, read from top to bottom",
}

sources = [*python_files(*SOURCES), ROOT / "cer.py"]
tests = python_files("tests")


@pytest.mark.parametrize(("files", "cap"), [(sources, FILE_CAP), (tests, TEST_FILE_CAP)], ids=["sources", "tests"])
def test_files_stay_under_their_cap(files: list[Path], cap: int) -> None:
    larger = {relative(path): lines for path in files if (lines := len(path.read_text().splitlines())) > cap}

    assert {name: lines for name, lines in larger.items() if name not in FILES_LARGER} == {}


def test_functions_stay_under_their_cap() -> None:
    longer = {name: lines for path in [*sources, *tests] for name, lines in _functions(path) if lines > FUNCTION_CAP}

    assert {name: lines for name, lines in longer.items() if name not in FUNCTIONS_LONGER} == {}


def test_no_exception_outlives_its_need() -> None:
    long_functions = {name for path in [*sources, *tests] for name, lines in _functions(path) if lines > FUNCTION_CAP}
    long_files = {relative(path) for path in sources if len(path.read_text().splitlines()) > FILE_CAP}

    assert FUNCTIONS_LONGER.keys() <= long_functions
    assert FILES_LARGER.keys() <= long_files


def _functions(path: Path) -> list[tuple[str, int]]:
    """Every function as `path::name` with its lines, signature and body, the docstring not counted."""
    return [
        (f"{relative(path)}::{node.name}", _lines(node))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)
