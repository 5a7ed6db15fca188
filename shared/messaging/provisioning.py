"""Creates the topics: never left to auto-creation, which would give them one partition and no copy."""

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaTimeoutError, NoError, TopicAlreadyExistsError, for_code

from shared.events.topics import PARTITIONS, RETENTION_DAYS, TOPICS
from shared.kernel.errors import Refusal

_DAY_MS = 24 * 3600 * 1000


class TopicRefused(Refusal):
    """Kafka does not make a topic, or does not take its settings."""

    code = "topic-refused"
    title = "Topic refusé par Kafka"


async def provision(
    kafka: str, partitions: int = PARTITIONS, replication: int = 1, min_in_sync: int = 1
) -> dict[str, str]:
    """Creates what is missing and sets the topics' settings; tells `created` or `kept` for each.

    In production: replication 3, two replicas in sync. `partitions` is the most that a topic gets; one that says that
    it needs less gets less. The number of partitions of a topic that exists
    is never changed: the order of a key's events would break. Raises TopicRefused, and KafkaError.
    """
    settings = {
        "cleanup.policy": "delete",
        "retention.ms": str(RETENTION_DAYS * _DAY_MS),
        "min.insync.replicas": str(min_in_sync),
        "unclean.leader.election.enable": "false",
        "message.timestamp.type": "CreateTime",
    }
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        return await _provision(admin, partitions, replication, settings)
    except TimeoutError:
        # Of a broker whose address the first one gave.
        raise KafkaTimeoutError from None
    finally:
        await admin.close()


async def _provision(
    admin: AIOKafkaAdminClient, partitions: int, replication: int, settings: dict[str, str]
) -> dict[str, str]:
    existing = set(await admin.list_topics())
    missing = [topic for topic in TOPICS if topic.name not in existing]
    created = await admin.create_topics(
        [NewTopic(one.name, min(one.partitions, partitions), replication, topic_configs=settings) for one in missing]
    )
    done = dict.fromkeys((topic.name for topic in TOPICS), "kept")
    for name, code, why in created.topic_errors:
        # Somebody else may have made it at the same moment, with other settings.
        if code != TopicAlreadyExistsError.errno:
            _raise_error(name, code, why)
            done[name] = "created"
    for topic in TOPICS:
        if done[topic.name] == "kept":
            (altered,) = await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, settings)])
            for code, why, _, name in altered.resources:
                _raise_error(name, code, why)
    return done


def _raise_error(topic: str, code: int, why: str | None) -> None:
    if code == NoError.errno:
        return
    error = for_code(code)
    if error.retriable:
        raise error
    raise TopicRefused(f"« {topic} » : {error.__name__} ({code}, {why or 'sans raison donnée'}).")
