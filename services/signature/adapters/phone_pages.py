"""The pages that the person's phone shows, from `templates/`."""

from pathlib import Path
from typing import Final

from shared.pages.serving import Pages

TEMPLATES: Final = Path(__file__).resolve().parents[1] / "templates"

PAGES: Final = Pages(TEMPLATES, "/s/style.css", "Signature du CER")
