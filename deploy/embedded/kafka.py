"""Apache Kafka in KRaft mode: one node that is broker and controller."""

import base64
import shutil
import socket
import subprocess
import uuid

from deploy.embedded.artifacts import java
from deploy.embedded.component import StartFailedError
from deploy.embedded.java import JavaComponent
from deploy.embedded.ports import HOST

# The second compiler costs more than it brings in the minutes that such a broker lives: half as many messages a second
# in its first 45,000, for twice the processor time.
JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
MEMORY = ("-Xms128m", "-Xmx384m", *JVM)
TOOL_MEMORY = ("-Xmx128m", *JVM)


class Kafka(JavaComponent):
    """The broker. Topics are never created by being named: `cer topics provision` makes them."""

    name = "kafka"
    port_names = ("kafka", "kafka-controller")

    @property
    def bootstrap(self) -> str:
        """What clients are given: host and port."""
        return f"{HOST}:{self.port}"

    def prepare(self) -> None:
        """Write the configuration, and format the storage at the first start."""
        super().prepare()
        (self.folder / "log4j2.properties").write_text(_LOG4J2)
        (self.folder / "server.properties").write_text(self._properties())
        formatted = self.folder / "formatted"
        if formatted.exists():
            return
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # One word with its option: one id in 64 begins with a dash, and would be taken for another option.
        given = [f"--cluster-id={cluster}", "-c", str(self.folder / "server.properties")]
        tool = ["kafka.tools.StorageTool", "format", *given]
        command = [java(), *TOOL_MEMORY, *self._classes(), *tool]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise StartFailedError(f"Kafka n'a pas pu préparer son stockage :\n{(done.stdout + done.stderr)[-2000:]}")
        formatted.write_text(cluster)

    def arguments(self) -> list[str]:
        """Run the broker."""
        return [*MEMORY, *self._classes(), "kafka.Kafka", str(self.folder / "server.properties")]

    def ready(self) -> bool:
        """Whether it answers a Kafka request (ApiVersions), which it does once it is registered and unfenced."""
        try:
            with socket.create_connection((HOST, self.port), timeout=2) as connection:
                connection.sendall(_API_VERSIONS)
                return len(connection.recv(4)) == 4
        except OSError:
            return False

    def addresses(self) -> dict[str, str]:
        """Host and port for clients."""
        return {"kafka": self.bootstrap}

    def _classes(self) -> list[str]:
        return [f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}", "-cp", f"{self.jars}/*"]

    def _properties(self) -> str:
        controller = f"{HOST}:{self.state.ports['kafka-controller']}"
        settings = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@{controller}",
            "listeners": f"PLAINTEXT://{self.bootstrap},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": str(self.folder / "data"),
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "8",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            # A killed broker cannot register again before its session has ended: 9 s by default.
            "broker.session.timeout.ms": "3000",
            "broker.heartbeat.interval.ms": "500",
            "num.network.threads": "2",
            "num.io.threads": "4",
            # The default, 128 MB, is a third of this heap.
            "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
        }
        return "".join(f"{key}={value}\n" for key, value in settings.items())


# Length, then: API key 18, version 0, correlation id 1, client id "cer".
_API_VERSIONS = b"\x00\x00\x00\x0d\x00\x12\x00\x00\x00\x00\x00\x01\x00\x03cer"

_LOG4J2 = """\
status = warn
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d %p %c{1} %m%n
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
# It prints its hundreds of settings, several times.
logger.config.name = org.apache.kafka.common.config.AbstractConfig
logger.config.level = warn
"""
