"""Templates as they serve: the département's own file where it has one, otherwise the shipped one of that name.

A version is the fingerprint of all that a template's words follow from beside the message: its files, those that they
include, and what the site is called. Whoever kept that content can write the same words again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    meta,
    select_autoescape,
)

from services.notifications.adapters.templates.filters import FILTERS
from services.notifications.domain.catalog import CATALOG

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# `{% extends "livre/layout.txt" %}`: what a département's own file adds to the shipped one of its name.
SHIPPED = "livre"


@dataclass(frozen=True)
class Edition:
    """One template in one version: its files by name, and what the site is called (`site`)."""

    template: str
    files: Mapping[str, str]
    site: Mapping[str, str]

    @classmethod
    def kept(cls, template: str, content: Mapping[str, Any]) -> "Edition":
        """From what was kept of it."""
        return cls(template, content["files"], content["site"])

    @cached_property
    def content(self) -> dict[str, Any]:
        """What is kept, as JSON."""
        return {"files": dict(self.files), "site": dict(self.site)}

    @cached_property
    def version(self) -> str:
        """SHA-256 of the content, hexadecimal."""
        return hashlib.sha256(json.dumps(self.content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def has(self, part: str) -> bool:
        """Whether it has this part (`sms.txt`)."""
        return f"{self.template}/{part}" in self.files

    def render(self, part: str, facts: Mapping[str, object]) -> str:
        """One part in words. Raises jinja2.UndefinedError when a fact is missing."""
        return self._parts[part].render(facts)

    @cached_property
    def _parts(self) -> dict[str, Template]:
        own = f"{self.template}/"
        names = [name for name in self.files if name.startswith(own)]
        return {name.removeprefix(own): self._environment.get_template(name) for name in names}

    @cached_property
    def _environment(self) -> Environment:
        # Named by its file, so that an error says where it is.
        files = self.files
        return environment(FunctionLoader(lambda name: (files[name], name, None) if name in files else None))


class Library:
    """Every template of the catalog, in the version that serves now."""

    def __init__(self, own: Path | None, site: Mapping[str, str]) -> None:
        folders = [FileSystemLoader(folder) for folder in (own, TEMPLATES) if folder is not None]
        loader = ChoiceLoader([*folders, PrefixLoader({SHIPPED: FileSystemLoader(TEMPLATES)})])
        self.environment = environment(loader)
        self._loader = loader
        self._site = dict(site)
        self._editions: dict[str, Edition] = {}

    def edition(self, template: str) -> Edition:
        """The template as it serves. Raises jinja2.TemplateError where a file cannot be read."""
        if template not in self._editions:
            files: dict[str, str] = {}
            for part in CATALOG[template].parts:
                self._collect(f"{template}/{part}", files)
            self._editions[template] = Edition(template, files, self._site)
        return self._editions[template]

    def all(self) -> Sequence[Edition]:
        """Every one that has words of its own, in the order of their names."""
        return [self.edition(template) for template in sorted(CATALOG) if CATALOG[template].parts]

    def _collect(self, name: str, files: dict[str, str]) -> None:
        if name in files:
            return
        files[name] = self._loader.get_source(self.environment, name)[0]
        for named in meta.find_referenced_templates(self.environment.parse(files[name], name)):
            if named is not None:
                self._collect(named, files)


def environment(loader: BaseLoader) -> Environment:
    """How templates are read: a fact that is missing is an error, not a blank."""
    made = Environment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        keep_trailing_newline=True,
    )
    made.filters |= FILTERS
    return made
