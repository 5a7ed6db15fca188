"""The repository as these tests see it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("contracts", "signature", "documents", "validation", "notifications")
SOURCES = ("services", "shared", "deploy", "tools", "bench")


def python_files(*folders: str) -> list[Path]:
    """Python files of these top folders, sorted."""
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts
    )


def relative(path: Path) -> str:
    """The path within the repository, as exceptions write it."""
    return path.relative_to(ROOT).as_posix()
