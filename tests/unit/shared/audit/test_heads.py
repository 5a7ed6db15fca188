"""Each service tells where its own chain stands, on a topic that nobody else writes to."""

from cer import SERVICES
from shared.events.audit import BY_SERVICE
from tests.builders.events import sample


def test_each_service_has_its_own_event_topic_and_chain() -> None:
    told = {service: sample(event) for service, event in BY_SERVICE.items()}

    assert set(told) == set(SERVICES)
    assert {service: one.chain for service, one in told.items()} == {service: service for service in SERVICES}
    assert {one.topic.name for one in told.values()} == {f"cer.{service}.audit.v1" for service in SERVICES}
