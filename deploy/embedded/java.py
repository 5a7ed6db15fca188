"""What the components written in Java have in common."""

import os
from abc import abstractmethod
from pathlib import Path

from deploy.embedded.artifacts import java, program
from deploy.embedded.component import Component
from deploy.embedded.process import ProcessRecord, spawn


class JavaComponent(Component):
    """A program fetched by Maven, run by the machine's Java."""

    @property
    def jars(self) -> Path:
        """The folder of its jars."""
        return program(self.name, self.say)

    def prepare(self) -> None:
        """Fetch the jars: before the clock of the start runs."""
        program(self.name, self.say)

    @abstractmethod
    def arguments(self) -> list[str]:
        """What follows `java`: memory, classes, options."""

    def environment(self) -> dict[str, str]:
        """What it is told by its environment, beside ours."""
        return {}

    def spawn(self) -> ProcessRecord:
        """Run it in its folder."""
        return spawn(
            [java(), *self.arguments()],
            mark=self.folder,
            log=self.log,
            environment={**os.environ, **self.environment()},
            cwd=self.folder,
            die_with_us=self.die_with_us,
        )
