"""Set-up says exactly what is missing, and changes nothing where it may not."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy import setup


def test_a_machine_without_java_and_maven_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)

    assert {"default-jre-headless", "maven"} <= set(setup.missing_packages())


def test_an_old_java_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    java.chmod(0o755)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    assert "default-jre-headless" in setup.missing_packages()


def test_not_root_is_told_the_packages_and_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(setup.SetupError) as refused:
        setup.install_packages(["libpango-1.0-0", "maven"])

    assert "libpango-1.0-0, maven" in str(refused.value)
    assert "apt-get install --no-install-recommends libpango-1.0-0 maven" in str(refused.value)


def test_nothing_is_installed_when_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("ran something"))

    setup.install_packages([])


def test_uv_is_taken_from_the_lock_with_its_hashes() -> None:
    lines = setup._locked("uv").splitlines()

    assert lines[0].startswith("uv==")
    assert len(lines) > 1
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])


def test_what_is_not_locked_is_not_installed() -> None:
    with pytest.raises(setup.SetupError):
        setup._locked("not-in-the-lock")


def test_a_broken_interpreter_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "python").symlink_to(tmp_path / "gone")

    assert not setup._works(tmp_path / "python")
    assert setup._works(Path(shutil.which("python3") or ""))
