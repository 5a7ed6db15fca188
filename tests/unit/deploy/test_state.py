"""What is remembered between two commands, and what is not believed."""

import os
import stat
from pathlib import Path

import psutil
import pytest

from deploy.embedded.ports import RANGE, free_port, is_free
from deploy.embedded.process import ProcessRecord
from deploy.embedded.state import State


def test_a_process_is_found_by_pid_and_start_time() -> None:
    created = psutil.Process().create_time()

    assert ProcessRecord(os.getpid(), created).find() is not None
    assert ProcessRecord(os.getpid(), created - 60).find() is None


def test_the_state_comes_back(tmp_path: Path) -> None:
    state = State.load(tmp_path)
    state.port("kafka")
    state.processes["kafka"] = ProcessRecord(4, 5.0, "SIGINT")
    state.addresses["kafka"] = "127.0.0.1:1"
    state.save()

    assert State.load(tmp_path) == state


@pytest.mark.parametrize("content", ["", "{", "[]", '{"ports": {}}', '{"ports": {}, "processes": {"a": 1}}'])
def test_a_state_that_cannot_be_read_is_as_none(tmp_path: Path, content: str) -> None:
    state = State.load(tmp_path)
    (state.folder() / "state.json").write_text(content)

    assert State.load(tmp_path).processes == {}


def test_a_port_is_kept_while_it_is_free(tmp_path: Path) -> None:
    state = State.load(tmp_path)

    assert state.port("kafka") == state.port("kafka")
    assert state.port("kafka") != state.port("postgres")
    assert state.port("kafka") in RANGE


def test_a_port_that_was_taken_since_is_replaced(tmp_path: Path, unused_tcp_port: int) -> None:
    import socket

    state = State.load(tmp_path)
    with socket.create_server(("127.0.0.1", unused_tcp_port)):
        state.ports["kafka"] = unused_tcp_port
        assert not is_free(unused_tcp_port)
        assert state.port("kafka") != unused_tcp_port


def test_a_free_port_is_not_one_already_promised() -> None:
    wanted = free_port()

    assert free_port(taken=set(RANGE) - {wanted}) == wanted


def test_secrets_are_made_once_and_kept_private(tmp_path: Path) -> None:
    state = State.load(tmp_path)
    secret = state.secret("cer_contracts")

    assert State.load(tmp_path).secret("cer_contracts") == secret != state.secret("cer_signature")
    assert len(secret) >= 32
    assert stat.S_IMODE((tmp_path / "embedded" / "secrets.json").stat().st_mode) == 0o600
