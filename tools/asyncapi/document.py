"""The AsyncAPI 3.0 document: topics, keys, headers, messages, and which service sends them.

Topics are channels, with what they are in production (partitions, replicas, retention). Each message has its golden
sample as its example, so that an agency can code its consumer from this file alone.
"""

from typing import Any

from shared.events.envelope import Event
from shared.events.headers import SPECVERSION
from shared.events.topics import RETENTION_DAYS, Topic
from tools.asyncapi.schemas import file_name, payload

REPLICAS = 3
BINDING_VERSION = "0.5.0"
DAY_IN_MS = 24 * 3600 * 1000
TRACEPARENT = r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
INTRODUCTION = """What the services of the CER tell one another over Kafka, one topic for each kind of aggregate.

Messages are CloudEvents 1.0 in Kafka's binary content mode: attributes are `ce_*` headers, the value is JSON. Order
holds per key within a topic, never across topics; a message may come twice, with the same `ce_id`. Fields are only
added, and optional: ignore those that you do not know. Personal data travels as sealed blocks (`x-sealed-block`):
compact JWE, that only the holders of that block's private key can open."""

Document = dict[str, Any]


def document(events: tuple[type[Event], ...], samples: dict[str, Document]) -> Document:
    """The whole document; `samples` are the golden samples by file name, `{headers, value}`."""
    topics = list(dict.fromkeys(event.topic for event in events))
    return {
        "asyncapi": "3.0.0",
        "id": "urn:cer:events",
        "info": {
            "title": "CER: events",
            "version": "1.0.0",
            "description": INTRODUCTION,
            "license": {"name": "EUPL-1.2"},
            "tags": [{"name": producer} for producer in dict.fromkeys(topic.producer for topic in topics)],
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic, _of(topic, events)) for topic in topics},
        "operations": {f"{topic.producer}.send.{topic.name}": _send(topic, _of(topic, events)) for topic in topics},
        "components": {
            "messages": {_id(event): _message(event, samples.get(file_name(event))) for event in events},
            "schemas": {_id(event): payload(event) for event in events},
        },
    }


def _of(topic: Topic, events: tuple[type[Event], ...]) -> list[type[Event]]:
    return [event for event in events if event.topic == topic]


def _id(event: type[Event]) -> str:
    return f"{event.name()}.v{event.schema_version}"


def _channel(topic: Topic, events: list[type[Event]]) -> Document:
    return {
        "address": topic.name,
        "title": topic.name,
        "description": f"{topic.summary} Keyed by {topic.key}.",
        "messages": {_id(event): {"$ref": f"#/components/messages/{_id(event)}"} for event in events},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "replicas": REPLICAS,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": RETENTION_DAYS * DAY_IN_MS},
                "bindingVersion": BINDING_VERSION,
            }
        },
    }


def _send(topic: Topic, events: list[type[Event]]) -> Document:
    channel = f"#/channels/{topic.name}"
    return {
        "action": "send",
        "title": f"{topic.producer} tells: {topic.summary}",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{_id(event)}"} for event in events],
        "tags": [{"name": topic.producer}],
    }


def _message(event: type[Event], sample: Document | None) -> Document:
    key = payload(event)["properties"][event.key_field]
    message: Document = {
        "name": event.ce_type(),
        "title": event.name(),
        "summary": (event.__doc__ or "").strip().splitlines()[0],
        "contentType": "application/json",
        "headers": _headers(event),
        "payload": {"$ref": f"#/components/schemas/{_id(event)}"},
        "bindings": {
            "kafka": {
                "key": {**key, "description": f"`{event.key_field}`: what orders the messages"},
                "bindingVersion": BINDING_VERSION,
            }
        },
    }
    if sample:
        message["examples"] = [{"name": _id(event), "headers": sample["headers"], "payload": sample["value"]}]
    return message


def _headers(event: type[Event]) -> Document:
    properties = {
        "content-type": {"type": "string", "const": "application/json"},
        "ce_specversion": {"type": "string", "const": SPECVERSION},
        "ce_id": {"type": "string", "format": "uuid", "description": "Identifies the event: a repeated one is a copy"},
        "ce_source": {"type": "string", "const": event.ce_source()},
        "ce_type": {"type": "string", "const": event.ce_type()},
        "ce_time": {"type": "string", "format": "date-time", "description": "When it was recorded (UTC)"},
        "ce_subject": {"type": "string", "description": f"`{event.subject_field}`: the {event.aggregate}"},
        "ce_dataschema": {"type": "string", "const": event.ce_dataschema()},
        "ce_aggregateversion": {
            "type": "string",
            "pattern": "^[1-9][0-9]*$",
            "description": f"Version of the {event.aggregate} after this event",
        },
        "ce_partitionkey": {"type": "string", "description": "The message's key"},
    }
    traceparent = {"type": "string", "pattern": TRACEPARENT, "description": "W3C Trace Context, when traced"}
    return {
        "type": "object",
        "properties": {**properties, "traceparent": traceparent},
        "required": list(properties),
    }
