"""A département's own templates are tried before they serve: what would break a message, shut a reader out, or cost
an SMS too many is said with its file and its line."""

import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

from jinja2 import TemplateError, TemplateSyntaxError

from services.notifications.adapters.composing import write
from services.notifications.adapters.templates.library import TEMPLATES, Library
from services.notifications.application.ports import Words
from services.notifications.domain.catalog import CATALOG, Audience, Channel, Pace
from services.notifications.domain.model import Message
from services.notifications.domain.occasion import Occasion
from services.notifications.domain.plan import Facts, Notice
from services.notifications.domain.samples import AGENT, PERSON, SAMPLES
from shared.events.sealed import Sealed
from shared.kernel.clock import Clock
from shared.kernel.templates import Fault, TemplatesRefused
from shared.sms.text import measure

# What these templates are of.
OF = "messages"
LARGEST = 100_000
MOST_SEGMENTS = 2
LONGEST_SUBJECT = 120

_ZERO = UUID(int=0)
_OUTSIDE = re.compile(r"(?:src|data|background)\s*=|url\(|@import|<(?:script|link|iframe|object|form|img)\b", re.I)


@dataclass(frozen=True)
class Preview:
    """A template in the words of one of its made-up cases."""

    template: str
    version: str
    words: Words


def check_templates(library: Library, own: Path | None, clock: Clock) -> None:
    """Tries every message with made-up people. Raises TemplatesRefused."""
    faults = [] if own is None else list(_faults_of_folder(own))
    faults = faults or [fault for template in SAMPLES for fault in _faults_of(library, template, clock)]
    if faults:
        raise TemplatesRefused(OF, sorted(set(faults)))


def previews(library: Library, template: str, clock: Clock) -> list[Preview]:
    """The template, once for each of its made-up cases. Raises jinja2.TemplateError."""
    edition = library.edition(template)
    person = PERSON if CATALOG[template].audience is Audience.PERSON else None
    made = (_message(template, facts, clock) for facts in SAMPLES[template])
    return [Preview(template, edition.version, write(edition, [one], AGENT, person)) for one in made]


def _message(template: str, facts: Facts, clock: Clock) -> Message:
    kind = CATALOG[template]
    occasion = Occasion(
        "sample", template, 1, _ZERO, _ZERO, "exempleville", AGENT.agent_id, Sealed(block=AGENT), Sealed(block=PERSON)
    )
    return Message.of(occasion, Notice(template, kind.audience, facts), Channel.MAIL, clock.now())


def _faults_of_folder(own: Path) -> Iterator[Fault]:
    if not own.is_dir():
        yield Fault(str(own), 1, "ce dossier n'existe pas")
        return
    for path in sorted(path for path in own.rglob("*") if not path.is_dir()):
        name = path.relative_to(own).as_posix()
        if path.is_symlink() or path.stat().st_size > LARGEST:
            yield Fault(name, 1, f"un modèle est un fichier ordinaire de {LARGEST // 1000} ko au plus")
        elif not (TEMPLATES / name).exists():
            yield Fault(name, 1, "ce fichier ne remplace aucun modèle livré")
        else:
            yield from _faults_of_file(path, name)


def _faults_of_file(path: Path, name: str) -> Iterator[Fault]:
    try:
        lines = path.read_text().splitlines()
    except UnicodeDecodeError:
        yield Fault(name, 1, "ce fichier n'est pas du texte en UTF-8")
        return
    for number, line in enumerate(lines, start=1):
        if path.suffix == ".html" and _OUTSIDE.search(line):
            yield Fault(name, number, "un message ne va rien chercher au-dehors et n'exécute rien")


def _faults_of(library: Library, template: str, clock: Clock) -> Iterator[Fault]:
    try:
        shown = previews(library, template, clock)
    except TemplateSyntaxError as error:
        yield Fault(error.name or template, error.lineno, f"la syntaxe est incorrecte ({error.message})")
        return
    except (TemplateError, TypeError, ValueError) as error:
        yield Fault(*_place(error, library, template), f"le message ne peut pas être écrit ({error})")
        return
    for one in shown:
        yield from _faults_of_words(one)


def _place(error: Exception, library: Library, template: str) -> tuple[str, int]:
    """The file and line of the templates in which it broke."""
    files = library.edition(template).files
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in files]
    return (frames[-1].filename, frames[-1].lineno or 1) if frames else (template, 1)


def _faults_of_words(shown: Preview) -> Iterator[Fault]:
    words, template = shown.words, shown.template
    if not words.subject or "\n" in words.subject or len(words.subject) > LONGEST_SUBJECT:
        yield Fault(f"{template}/subject.txt", 1, f"l'objet tient en une ligne de {LONGEST_SUBJECT} caractères au plus")
    if words.sms is not None and (size := measure(words.sms)).segments > MOST_SEGMENTS:
        what = f"le SMS prend {size.segments} segments : {MOST_SEGMENTS} au plus"
        yield Fault(f"{template}/sms.txt", 1, what)
    reader = _Reader()
    reader.feed(words.html)
    reader.close()
    for what in reader.faults(with_link=CATALOG[template].pace is Pace.DIGEST):
        yield Fault(f"{template}/body.html", 1, what)


class _Reader(HTMLParser):
    """Reads a mail as assistive technologies do (RGAA 8.3, 8.5, 9.1, 6.1)."""

    def __init__(self) -> None:
        super().__init__()
        self._lang = ""
        self._titles = self._headings = 0
        self._links: list[str] = []
        self._in_link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self._lang = dict(attrs).get("lang") or ""
        self._titles += tag == "title"
        self._headings += tag == "h1"
        if tag == "a":
            self._in_link = True
            self._links.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_link = self._in_link and tag != "a"

    def handle_data(self, data: str) -> None:
        if self._in_link:
            self._links[-1] += data

    def faults(self, *, with_link: bool) -> Iterator[str]:
        if self._lang != "fr":
            yield 'la langue n\'est pas dite (lang="fr")'
        if (self._titles, self._headings) != (1, 1):
            yield "un message a un titre de page et un titre de niveau 1, une fois chacun"
        if any(len(link.split()) < 3 for link in self._links) or (with_link and not self._links):
            yield "un lien dit où il mène, même lu hors de son contexte"
