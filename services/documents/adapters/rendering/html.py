"""Templates: a sheet becomes an HTML page; each text is escaped, nothing is fetched."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup, escape

from services.documents.domain.labels import uncapitalised

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
STYLE = "style.css"
# `{% extends "livre/letter.html" %}`: what a template of the département's own adds to the shipped one of its name.
SHIPPED = "livre"
LOGO_URL = "asset:logo"
LONGEST_RUN = 150
# Cautious counts: a page of 9.5 pt text has some 50 lines of 100 characters.
CHARACTERS_A_LINE = 80
LINES_KEPT_WHOLE = 32


@dataclass(frozen=True)
class Look:
    """What the settings change of the look: a logo (PNG, JPEG or SVG file), the colour of titles and a background.

    `templates` is a folder of the département's own: a file there replaces the shipped one of the same name.
    """

    logo: Path | None = None
    accent: str = "#1b3a6b"
    tint: str = "#f4f6f9"
    templates: Path | None = None

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where templates are looked for, the département's own first."""
        return (self.templates, TEMPLATES) if self.templates else (TEMPLATES,)


class Templates:
    """The templates, with a département's look."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self.logo = look.logo.read_bytes() if look.logo else None
        self.environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(look.folders), PrefixLoader({SHIPPED: FileSystemLoader(TEMPLATES)})]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
        )
        self.environment.filters |= {
            "paragraphs": paragraphs,
            "breakable": breakable,
            "fits": fits,
            "short": short,
            "capitalised": capitalised,
            "uncapitalised": uncapitalised,
        }

    @cached_property
    def stylesheet(self) -> str:
        """The style, in the département's colours."""
        style = next(path for folder in self._look.folders if (path := folder / STYLE).exists()).read_text()
        return style.replace("ACCENT", self._look.accent).replace("TINT", self._look.tint)

    @cached_property
    def version(self) -> str:
        """Changes whenever a template, the style or the logo does."""
        digest = hashlib.sha256(self.stylesheet.encode())
        digest.update(self.logo or b"")
        for folder in self._look.folders:
            for path in sorted(folder.rglob("*.html")):
                digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
        return digest.hexdigest()

    def fingerprint(self, template: str, data: Mapping[str, Any]) -> str:
        """The sha256 of what is shown: content, dated texts, template and its version."""
        canonical = json.dumps(
            {"template": template, "version": self.version, "data": data},
            ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_json,
        )  # fmt: skip
        return hashlib.sha256(canonical.encode()).hexdigest()

    def html(self, template: str, data: Mapping[str, Any], fingerprint: str) -> str:
        """The page, without its style."""
        page = self.environment.get_template(f"{template}.html")
        return page.render(sheet=data, fingerprint=fingerprint, logo=LOGO_URL if self.logo else None)


def paragraphs(text: str) -> list[list[str]]:
    """The lines of each paragraph; an empty line separates paragraphs."""
    found: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [lines for lines in found if lines]


def fits(objective: Mapping[str, Any]) -> bool:
    """Whether an objective is sure to fit a page with its title: then it is kept whole, otherwise it may break.

    Kept whole without fitting, it would leave the title of its section alone on a page.
    """
    texts = [objective["theme"], objective["person_does"], objective["referent_does"], *objective["diagnostics"]]
    texts += [step["label"] for step in objective["steps"]]
    lines = sum(1 + len(line) // CHARACTERS_A_LINE for text in texts for line in text.split("\n"))
    return lines + len(objective["steps"]) <= LINES_KEPT_WHOLE


def breakable(line: str) -> Markup:
    """The line, escaped; a run without spaces gets places to break, or setting it would take a time in its square."""
    return Markup(" ").join(
        Markup("<wbr>").join(escape(word[at : at + LONGEST_RUN]) for at in range(0, len(word), LONGEST_RUN))
        for word in line.split(" ")
    )


def short(fingerprint: str) -> str:
    """The first 16 digits of a fingerprint, in fours: what a person compares."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, 16, 4))


def capitalised(text: str) -> str:
    """The text with a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def _json(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
