"""Headers are CloudEvents 1.0 in Kafka's binary content mode: the SDK of CloudEvents reads them as we mean them."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.events.contracts import CerSubmitted
from shared.events.envelope import Event
from shared.events.headers import cloudevents_headers
from shared.events.registry import EVENTS
from tests.builders.events import EVENT_ID, RECORDED_AT, TRACEPARENT, sample
from tests.events.golden import NoSealer

every_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name())


def _message(event: Event, time: datetime = RECORDED_AT) -> KafkaMessage:
    headers = cloudevents_headers(event, EVENT_ID, time, TRACEPARENT)
    return KafkaMessage(
        headers={name: value.encode() for name, value in headers.items()},
        key=event.key.encode(),
        value=event.to_json(NoSealer()),
    )


@every_event
def test_the_sdk_reads_what_we_mean(event: type[Event]) -> None:
    made = sample(event)

    read = from_binary(_message(made), JSONFormat(), CloudEvent)

    assert read.get_specversion() == "1.0"
    assert read.get_id() == str(EVENT_ID)
    assert read.get_type() == f"fr.cer.{event.topic.producer}.{event.name()}.v1"
    assert read.get_source() == f"urn:cer:{event.topic.producer}"
    assert read.get_subject() == made.subject
    assert read.get_time() == RECORDED_AT
    assert read.get_dataschema() == event.ce_dataschema()
    assert read.get_datacontenttype() == "application/json"
    assert read.get_extension("aggregateversion") == str(made.aggregate_version)
    assert read.get_extension("partitionkey") == made.key
    assert read.get_data() == json.loads(made.to_json(NoSealer()))


@every_event
def test_the_sdk_writes_the_same_message(event: type[Event]) -> None:
    ours = _message(sample(event))

    theirs = to_binary(from_binary(ours, JSONFormat(), CloudEvent), JSONFormat())

    assert theirs.key == ours.key.decode() if isinstance(ours.key, bytes) else ours.key
    assert theirs.headers == {name: value for name, value in ours.headers.items() if name != "traceparent"}
    assert json.loads(theirs.value) == json.loads(ours.value)


def test_time_is_utc_whatever_zone_it_was_told_in() -> None:
    paris = RECORDED_AT.astimezone(timezone(timedelta(hours=1)))

    assert _message(sample(CerSubmitted), paris).headers == _message(sample(CerSubmitted)).headers


def test_traceparent_is_plain_and_left_out_when_nothing_traces() -> None:
    made = sample(CerSubmitted)

    assert cloudevents_headers(made, EVENT_ID, RECORDED_AT, TRACEPARENT)["traceparent"] == TRACEPARENT
    assert "traceparent" not in cloudevents_headers(made, EVENT_ID, RECORDED_AT)


@every_event
def test_headers_hold_ascii_only_so_that_any_client_reads_them(event: type[Event]) -> None:
    assert all(value.isascii() for value in cloudevents_headers(sample(event), EVENT_ID, RECORDED_AT).values())
