"""The crash test in its short form: `make chaos` runs the long one."""

import pytest

from tests.chaos.oracle import Counts
from tests.chaos.scenario import run

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

SEED = 7


@pytest.fixture(scope="module")
def counts() -> Counts:
    return run(duration=45.0, seed=SEED, outage=10.0)


def test_nothing_acknowledged_is_lost_doubled_or_out_of_order(counts: Counts) -> None:
    assert counts.acknowledged > 50
    assert (counts.lost, counts.doubled, counts.out_of_order) == (0, 0, 0), counts.problems


def test_every_poison_is_parked_under_its_reason_and_nothing_else_is(counts: Counts) -> None:
    poison = {"not-json", "null-value", "header-not-utf8", "schema", "no-ce-type", "impossible-move"}
    assert counts.parked_wrongly == 0, counts.problems
    assert set(counts.poison_planted) == poison
    assert counts.unknown_types_skipped > 0


def test_what_was_held_behind_a_forged_decision_is_replayed(counts: Counts) -> None:
    assert counts.replayed > 0
    assert counts.problems == []


def test_halves_meet_in_the_wrong_order_and_superseded_attempts_go_to_history(counts: Counts) -> None:
    assert counts.waited > 0
    assert counts.stale > 0


def test_commands_are_accepted_while_kafka_is_away(counts: Counts) -> None:
    assert counts.accepted_without_kafka > 0


def test_every_part_and_both_servers_were_killed_and_every_seam_was_hit(counts: Counts) -> None:
    killed = {name.partition(":")[0] for name in counts.kills}
    assert killed >= {"api", "relay", "consumer", "kafka", "postgres"}
    assert set(counts.kills) >= {
        "api:committed-not-answered",
        "relay:before-publish",
        "relay:published-not-marked",
        "inbox:committed-not-acknowledged",
    }
