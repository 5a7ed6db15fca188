"""Only the files that the repository lists are run."""

import hashlib
from pathlib import Path

import pytest

from deploy.embedded import artifacts
from deploy.embedded.component import StartFailedError, silent


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A program of one jar; returns the folder that stands for what Maven would fetch."""
    poms, fetched = tmp_path / "poms", tmp_path / "fetched"
    poms.mkdir()
    fetched.mkdir()
    (poms / "tool.sha256").write_text(f"{hashlib.sha256(b'jar').hexdigest()}  tool-1.jar\n")
    (fetched / "tool-1.jar").write_bytes(b"jar")
    monkeypatch.setattr(artifacts, "POMS", poms)
    monkeypatch.setenv("CER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(artifacts, "_copy_dependencies", lambda _name, folder: fetched.rename(folder))
    return fetched


def test_what_is_listed_is_kept_and_fetched_once(program: Path) -> None:
    folder = artifacts.program("tool", silent)

    assert (folder / "tool-1.jar").read_bytes() == b"jar"
    assert artifacts.program("tool", silent) == folder


@pytest.mark.parametrize(("name", "content"), [("tool-1.jar", b"altered"), ("more.jar", b"jar")])
def test_what_differs_is_refused_and_not_kept(program: Path, name: str, content: bytes) -> None:
    (program / name).write_bytes(content)

    with pytest.raises(StartFailedError, match=name):
        artifacts.program("tool", silent)

    assert list(artifacts.cache().iterdir()) == []


def test_what_is_missing_is_noticed(program: Path) -> None:
    (program / "tool-1.jar").unlink()

    with pytest.raises(StartFailedError, match=r"tool-1\.jar"):
        artifacts.program("tool", silent)
