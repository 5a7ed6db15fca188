"""The boundaries of `[tool.importlinter]` hold, and each of them would notice being crossed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).parent / "lint-imports"
    return subprocess.run([linter, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("services", "shared"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_no_boundary_is_crossed() -> None:
    found = _lint(ROOT)

    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("file", "planted", "contract"),
    [
        ("services/contracts/application/__init__.py", "services.documents", "Services are independent of one another"),
        ("services/signature/domain/model.py", "sqlalchemy", "The domain does no input or output"),
        ("services/signature/domain/model.py", "shared.database.engine", "The domain does no input or output"),
        (
            "services/validation/domain/model.py",
            "services.validation.application.commands",
            "Within a service, imports go from the edge to the domain",
        ),
        ("shared/kernel/ids.py", "services.contracts.domain", "shared imports no service, nor what stands above them"),
        ("shared/http/rights.py", "cer", "shared imports no service, nor what stands above them"),
        ("shared/events/envelope.py", "httpx", "The kernel and the events do no input or output"),
        ("services/documents/main.py", "deploy.embedded", "Services import nothing that is not deployed with them"),
    ],
)
def test_a_crossing_is_noticed(copy: Path, file: str, planted: str, contract: str) -> None:
    with (copy / file).open("a") as source:
        source.write(f"\nimport {planted}\n")

    found = _lint(copy)

    assert found.returncode == 1
    assert f"{contract} BROKEN" in " ".join(found.stdout.split())
