"""One line of the bench."""

from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Row:
    """What is ours, what the raw floor does in the same run, and what the ratio should be (`>= 0.5`, `<= 4`)."""

    name: str
    unit: str
    ours: float
    floor: float
    target: str

    @property
    def ratio(self) -> float:
        """Ours over the floor."""
        return self.ours / self.floor

    @property
    def met(self) -> bool:
        """Whether the target is reached; a row without a target is only reported."""
        if not self.target:
            return True
        sign, _, bound = self.target.partition(" ")
        return self.ratio >= float(bound) if sign == ">=" else self.ratio <= float(bound)

    def as_json(self) -> dict[str, Any]:
        """The row as `var/bench.json` has it."""
        return {**asdict(self), "ratio": round(self.ratio, 3)}


def paired(name: str, unit: str, target: str, rounds: list[tuple[float, float]]) -> Row:
    """A row from several rounds, in each of which ours and the floor were measured one after the other.

    The round whose ratio is the median stands: both figures come from the same moment of the machine.
    """
    by_ratio = sorted(rounds, key=lambda pair: pair[0] / pair[1])
    middle = median(range(len(by_ratio)))
    ours, floor = by_ratio[int(middle)]
    return Row(name, unit, round(ours, 3), round(floor, 3), target)
