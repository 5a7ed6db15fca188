"""The pages that the person's phone shows, from `templates/`: French, without script, light, for screen readers too."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"

STYLE = (TEMPLATES / "phone.css").read_text()

_TEMPLATES = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True)


def page(template: str, **facts: Any) -> str:
    """The HTML. Raises jinja2.UndefinedError when a fact is missing."""
    return _TEMPLATES.get_template(f"{template}.html").render(**facts)
