"""How long a message waits that a provider put off: by what put it off, longer each time, not for ever."""

from datetime import timedelta

import pytest

from services.notifications.domain.retries import MAX_TRIES, pause_after

CODES = ["smtp-421", "smtp-450", "smtp-451", "smtp-452", "smtp-unreachable", "smtp-timeout", "sms-quota", "files-away"]


@pytest.mark.parametrize("code", CODES)
def test_retries_wait_longer_and_end_within_about_a_day(code: str) -> None:
    pauses = [pause for tries in range(1, MAX_TRIES) if (pause := pause_after(code, tries)) is not None]
    assert len(pauses) == MAX_TRIES - 1
    assert pauses == sorted(pauses)
    assert sum(pauses, timedelta()) < timedelta(hours=25)
    assert pause_after(code, MAX_TRIES) is None


def test_a_server_that_leaves_is_asked_again_before_one_that_greylists() -> None:
    first = {code: pause_after(code, 1) for code in ("smtp-421", "smtp-unreachable", "smtp-450", "smtp-452")}
    assert list(first.values()) == [
        timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1),
    ]  # fmt: skip
