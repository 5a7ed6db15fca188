"""How a département's own templates are refused, by each service that has some: each fault with its file and line."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong, where; `line` counts from 1."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, ligne {self.line} : {self.what}"


class TemplatesRefused(Exception):  # noqa: N818 - named like the other refusals
    """A folder of templates cannot serve; `of` says of what they are, in French."""

    def __init__(self, of: str, faults: list[Fault]) -> None:
        super().__init__(f"Modèles de {of} refusés :\n" + "\n".join(map(str, faults)))
        self.faults = faults
