"""The pages that the embedded system shows: personas to log in as, and what was sent by mail and SMS."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def render(template: str, **context: object) -> str:
    """The HTML of a page; everything put into it is escaped."""
    return _templates.get_template(template).render(**context)
