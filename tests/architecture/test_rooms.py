"""The same rooms in every service: nothing is renamed, what is not needed is left out, what grows becomes a folder."""

from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, SERVICES, relative

# A name without suffix is a module or, once it has grown, a folder of the same name.
TOP = {
    "README.md",
    "__init__",
    "main",
    "settings",
    "domain",
    "application",
    "adapters",
    "entrypoints",
    "migrations",
    "templates",
}
ROOMS = {
    "application": {"__init__", "commands", "reactions", "queries", "ports"},
    "entrypoints": {"__init__", "http", "consumers", "cli"},
    "migrations": {"__init__", "env", "versions"},
}
NEEDED = (
    "README.md",
    "__init__.py",
    "main.py",
    "settings.py",
    "domain",
    "application",
    "adapters",
    "entrypoints",
    "migrations",
)
# `model`, `states` and `rules` are the common names; a service's own domain modules stand beside them.
OTHER_NAMES_FOR_THEM = {
    "models",
    "state",
    "rule",
    "entities",
    "events",
    "exceptions",
    "errors",
    "utils",
}

every_service = pytest.mark.parametrize("service", SERVICES)


def _names(folder: Path) -> set[str]:
    """Modules and folders, without what Python leaves behind."""
    return (
        {path.stem if path.suffix == ".py" else path.name for path in folder.iterdir() if path.name != "__pycache__"}
        if folder.exists()
        else set()
    )


def test_the_services_are_those_of_the_design() -> None:
    assert {path.name for path in (ROOT / "services").iterdir() if path.is_dir()} - {"__pycache__"} == set(SERVICES)


@every_service
def test_a_service_has_the_rooms_and_no_other(service: str) -> None:
    folder = ROOT / "services" / service

    assert _names(folder) <= TOP
    assert [name for name in NEEDED if not (folder / name).exists()] == []
    for room, allowed in ROOMS.items():
        assert _names(folder / room) <= allowed, room


@every_service
def test_domain_modules_have_the_common_names(service: str) -> None:
    assert not _names(ROOT / "services" / service / "domain") & OTHER_NAMES_FOR_THEM


@every_service
def test_what_adapters_hold_of_the_database_stands_in_tables_and_repository(service: str) -> None:
    assert {"tables", "repository"} <= _names(ROOT / "services" / service / "adapters")


@every_service
def test_every_folder_of_code_is_a_package_that_says_what_it_holds(service: str) -> None:
    folder = ROOT / "services" / service
    packages = {path.parent for path in folder.rglob("*.py")} - {
        folder / "migrations",
        folder / "migrations" / "versions",
    }

    silent = [package for package in packages if not _docstring(package / "__init__.py")]

    assert [relative(package) for package in sorted(silent)] == []


@every_service
def test_the_readme_takes_one_screen_and_names_what_goes_in_and_out(service: str) -> None:
    text = (ROOT / "services" / service / "README.md").read_text()

    assert len(text.splitlines()) <= 80
    assert "CER_" in text or "settings" in text.lower()


def _docstring(file: Path) -> bool:
    return file.exists() and file.read_text().startswith('"""')
