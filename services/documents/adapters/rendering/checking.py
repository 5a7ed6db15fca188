"""A département's own templates are checked before they serve: what would break, or shut a reader out, is said with its
file and its line.

In each file: its syntax, its variables, what it asks for outside of itself. In the pages that the made-up documents of
`domain/samples.py` give: the language, the title, the headings, the alternative texts. `trying` makes the PDFs.
"""

import re
import traceback
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError, meta, nodes

from services.documents.adapters.rendering.html import LOGO_URL, STYLE, TEMPLATES, Look, Templates
from services.documents.domain.edition import EditionKind
from services.documents.domain.samples import samples
from services.documents.domain.sheet import Sheet
from shared.kernel.templates import Fault, TemplatesRefused

# What these templates are of.
OF = "documents"
LARGEST = 200_000
GIVEN = frozenset({"sheet", "fingerprint", "logo"})

_OUTSIDE = re.compile(
    r"""(?:src|href|data)\s*=\s*["']?\s*(?!\{\{)(?:https?:|file:|data:|//|\w+[/.])|url\(|@import""", re.I
)
_IMAGE = re.compile(r"<img\b(?![^>]*\balt\s*=)", re.I)
_HEADING = re.compile(r"<h[1-6]\b", re.I)
_UNKNOWN = re.compile(r"no attribute '(\w+)'|'(\w+)' is undefined")


def check_templates(look: Look) -> None:
    """Checks the département's own templates, if there are any. Raises TemplatesRefused."""
    if look.templates is not None and (faults := sorted(set(faults_of(look)))):
        raise TemplatesRefused(OF, faults)


def faults_of(look: Look) -> Iterator[Fault]:
    """Everything that is wrong with the folder. Pages are tried only when each file can be read."""
    folder = look.templates or TEMPLATES
    if not folder.is_dir():
        yield Fault(str(folder), 1, "ce dossier n'existe pas")
        return
    found = [fault for path in _files(folder) for fault in _faults_of_file(Templates(look), folder, path)]
    yield from found
    if not found:
        templates = Templates(look)
        for kind in EditionKind:
            for sheet in samples(kind).values():
                yield from _faults_of_page(templates, folder, sheet)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def _faults_of_file(templates: Templates, folder: Path, path: Path) -> Iterator[Fault]:
    name = path.relative_to(folder).as_posix()
    if path.is_symlink() or path.stat().st_size > LARGEST:
        yield Fault(name, 1, f"un modèle est un fichier ordinaire de {LARGEST // 1000} ko au plus")
        return
    try:
        source = path.read_text()
    except UnicodeDecodeError:
        yield Fault(name, 1, "ce fichier n'est pas du texte en UTF-8")
        return
    if not (TEMPLATES / name).exists() and name not in _referenced(templates, folder):
        yield Fault(name, 1, "ce fichier ne remplace aucun modèle livré et aucun modèle ne l'inclut")
    yield from _asked_outside(name, source)
    if path.suffix == ".html":
        yield from _faults_of_source(templates, name, source)


def _asked_outside(name: str, source: str) -> Iterator[Fault]:
    for number, line in enumerate(source.splitlines(), start=1):
        if _OUTSIDE.search(line):
            yield Fault(name, number, "un modèle ne va rien chercher au-dehors (adresse, fichier, @import, url())")
        if name != STYLE and _IMAGE.search(line):
            yield Fault(name, number, "cette image n'a pas de texte de remplacement (alt)")


def _referenced(templates: Templates, folder: Path) -> set[str]:
    named: set[str] = set()
    for path in _files(folder):
        if path.suffix == ".html":
            try:
                tree = templates.environment.parse(path.read_text())
            except (TemplateSyntaxError, UnicodeDecodeError):
                continue
            named |= {reference for reference in meta.find_referenced_templates(tree) if reference}
    return named


def _faults_of_source(templates: Templates, name: str, source: str) -> Iterator[Fault]:
    try:
        tree = templates.environment.parse(source, name)
    except TemplateSyntaxError as error:
        yield Fault(name, error.lineno, f"la syntaxe est incorrecte ({error.message})")
        return
    known = _known_fields(name)
    for read in tree.find_all(nodes.Getattr):
        if isinstance(read.node, nodes.Name) and read.node.name == "sheet" and read.attr not in known:
            yield Fault(name, read.lineno, f"la variable « sheet.{read.attr} » n'existe pas")
    undeclared = meta.find_undeclared_variables(tree) - GIVEN - _defined(tree)
    for node in tree.find_all(nodes.Name):
        # What an including template sets (`rdv`, the macros) is known only once a page is made.
        if node.name in undeclared and name in {f"{kind}.html" for kind in EditionKind}:
            yield Fault(name, node.lineno, f"la variable « {node.name} » n'existe pas")


def _defined(tree: nodes.Template) -> set[str]:
    """What the file itself sets, imports or defines, wherever it does: a block sees it all."""
    imported = (name for found in tree.find_all(nodes.FromImport) for name in found.names)
    names = {name[1] if isinstance(name, tuple) else name for name in imported}
    names |= {macro.name for macro in tree.find_all(nodes.Macro)}
    return names | {name.name for name in tree.find_all(nodes.Name) if name.ctx in {"store", "param"}}


def _known_fields(name: str) -> set[str]:
    """The fields of the sheets that this template sets: of its kind, or of all for a part that several share."""
    kinds = [kind for kind in EditionKind if name == f"{kind}.html"] or list(EditionKind)
    return {field for kind in kinds for sheet in samples(kind).values() for field in type(sheet).model_fields}


def _faults_of_page(templates: Templates, folder: Path, sheet: Sheet) -> Iterator[Fault]:
    name = f"{sheet.kind}.html"
    data = sheet.model_dump()
    try:
        page = templates.html(sheet.kind.value, data, templates.fingerprint(sheet.kind.value, data))
    except TemplateNotFound as error:
        yield Fault(name, 1, f"le modèle « {error.name} » n'existe pas")
    except UndefinedError as error:
        unknown = _UNKNOWN.search(error.message or "")
        variable = f"la variable « {unknown[1] or unknown[2]} »" if unknown else "une variable"
        yield _located(error, folder, name, f"{variable} n'existe pas")
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
        yield _located(error, folder, name, f"le modèle ne peut pas être rempli ({type(error).__name__})")
    else:
        reader = _Reader()
        reader.feed(page)
        for what in reader.faults():
            yield Fault(*_first_heading(folder, name), what)


def _located(error: Exception, folder: Path, name: str, what: str) -> Fault:
    """Jinja puts the template's file and line in the traceback; the innermost of the département's own is shown."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        path = Path(frame.filename)
        if path.is_relative_to(folder):
            return Fault(path.relative_to(folder).as_posix(), frame.lineno or 1, what)
    return Fault(name, 1, what)


def _first_heading(folder: Path, name: str) -> tuple[str, int]:
    """Where to look for what a whole page lacks: the first heading that the département's own templates write."""
    paths = [folder / name, *_files(folder)]
    for path in (one for one in paths if one.suffix == ".html" and one.exists()):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if _HEADING.search(line):
                return path.relative_to(folder).as_posix(), number
    return name, 1


class _Reader(HTMLParser):
    """What a screen reader needs of a page."""

    def __init__(self) -> None:
        super().__init__()
        self._levels: list[int] = []
        self._language = ""
        self._titled = False
        self._unnamed = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes headings, the language, pictures."""
        given = dict(attrs)
        if tag == "html":
            self._language = given.get("lang") or ""
        elif re.fullmatch("h[1-6]", tag):
            self._levels.append(int(tag[1]))
        elif tag == "title":
            self._titled = True
        elif tag == "img" and (not given.get("alt") or given.get("src") != LOGO_URL):
            self._unnamed = True

    def faults(self) -> Iterator[str]:
        """What is missing, in French."""
        if self._language != "fr":
            yield 'la page ne dit pas sa langue (<html lang="fr">)'
        if not self._titled:
            yield "la page n'a pas de titre (<title>)"
        if not self._levels or self._levels[0] != 1:
            yield "le premier titre de la page n'est pas un <h1>"
        if any(after > before + 1 for before, after in pairwise(self._levels)):
            yield "un titre saute un niveau (<h2> avant <h3>)"
        if self._unnamed:
            yield "une image n'a pas de texte de remplacement, ou n'est pas le logo"
