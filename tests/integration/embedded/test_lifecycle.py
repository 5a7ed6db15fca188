"""Up and down, with the accidents between: killed components, a killed supervisor, stale records, Ctrl-C.

Without the services, and with a Kafka given by an address that nothing here connects to: what is tested is the same.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.embedded.ports import accepts
from deploy.embedded.process import leftovers
from deploy.embedded.state import State
from tests.architecture.tree import ROOT

pytestmark = pytest.mark.integration

COMMAND = [sys.executable, "-m", "deploy.embedded"]
UP = ["up", "--backing-only", "--kafka", "127.0.0.1:9"]


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    _run("down", "--var", str(tmp_path))


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def _attached(var: Path) -> "subprocess.Popen[str]":
    """`up` as at a terminal, awaited until it says that all is ready."""
    started = subprocess.Popen(
        [*COMMAND, *UP, "--var", str(var)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    _read_until(started, "Ctrl-C arrête tout")
    return started


def _read_until(process: "subprocess.Popen[str]", text: str) -> None:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if text in line:
            return
    pytest.fail("".join(said))


def _wait_until_nothing_is_left(var: Path) -> None:
    psutil.wait_procs(list(leftovers(var)), timeout=30)
    assert list(leftovers(var)) == []


def _processes(var: Path) -> dict[str, int]:
    return {name: record.pid for name, record in State.load(var).alive().items()}


def test_ctrl_c_stops_everything(var: Path) -> None:
    running = _attached(var)
    ports = State.load(var).ports
    assert all(accepts(port) for port in ports.values())
    assert _processes(var).keys() == {"supervisor", "idp", "postgres", "outbox"}

    running.send_signal(signal.SIGINT)

    assert running.wait(60) == 0
    assert list(leftovers(var)) == []
    assert not any(accepts(port) for port in ports.values())
    assert _run("status", "--var", str(var)).returncode == 1


def test_what_dies_meanwhile_is_told_and_down_stops_the_rest(var: Path) -> None:
    running = _attached(var)

    psutil.Process(_processes(var)["outbox"]).kill()
    _read_until(running, "outbox s'est arrêté")
    again = _run(*UP, "--var", str(var))
    assert "tourne déjà" in again.stdout
    stopped = _run("down", "--var", str(var))

    assert "tout est arrêté" in stopped.stdout
    assert running.wait(60) == 0
    assert list(leftovers(var)) == []


def test_a_killed_supervisor_takes_its_children_along_and_the_next_start_takes_up_the_state(var: Path) -> None:
    running = _attached(var)
    before = State.load(var).ports

    running.kill()
    running.wait(10)
    _wait_until_nothing_is_left(var)
    started = _run(*UP, "--detach", "--var", str(var))

    assert started.returncode == 0, started.stdout
    assert State.load(var).ports == before


def test_a_killed_component_does_not_stop_the_next_start(var: Path) -> None:
    assert _run(*UP, "--detach", "--var", str(var)).returncode == 0
    for name in ("postgres", "idp"):
        psutil.Process(_processes(var)[name]).kill()

    assert _run("status", "--var", str(var)).returncode == 1
    started = _run(*UP, "--detach", "--var", str(var))

    assert started.returncode == 0, started.stdout
    assert _run("status", "--var", str(var)).returncode == 0
    assert "tourne déjà" in _run(*UP, "--detach", "--var", str(var)).stdout


def test_a_pid_given_to_another_process_since_is_left_alone(var: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        state = State.load(var)
        state.save()
        path = var / "embedded" / "state.json"
        kept = json.loads(path.read_text())
        kept["processes"] = {name: {"pid": other.pid, "created": 1.0} for name in ("supervisor", "postgres", "kafka")}
        path.write_text(json.dumps(kept))

        assert "rien ne tournait" in _run("down", "--var", str(var)).stdout
        assert other.poll() is None
        other.communicate(b"\n")
