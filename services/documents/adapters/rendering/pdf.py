"""HTML to PDF by WeasyPrint, both archivable and accessible. Imported by worker processes only: it takes a second."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.text.fonts import FontConfiguration

from services.documents.adapters.rendering.html import LOGO_URL, Look, Templates
from shared.pdf.assets import ClosedFetcher
from shared.pdf.finish import finish
from shared.pdf.fonts import font_files
from shared.pdf.glyphs import coverage, mark_missing

OPTIONS: Mapping[str, Any] = {"pdf_variant": "pdf/a-2a", "pdf_tags": True}


class PdfMaker:
    """Sets pages; fonts and style are read once."""

    def __init__(self, look: Look, fonts: Sequence[Path]) -> None:
        self.templates = Templates(look)
        self._covered = coverage(font_files(fonts))
        self._fonts = FontConfiguration()
        logo = self.templates.logo
        self._fetcher = ClosedFetcher({} if logo is None else {LOGO_URL: logo})
        self._counters = CounterStyle()
        self._style = CSS(
            string=self.templates.stylesheet,
            font_config=self._fonts,
            counter_style=self._counters,
            url_fetcher=self._fetcher,
        )

    def page(self, template: str, data: Mapping[str, Any], fingerprint: str) -> str:
        """The HTML, with a mark for each character that cannot be drawn."""
        return mark_missing(self.templates.html(template, data, fingerprint), self._covered)

    def pdf(self, page: str) -> tuple[bytes, int]:
        """The PDF and its number of pages; the same page gives the same bytes."""
        document = HTML(string=page, url_fetcher=self._fetcher, base_url=None).render(
            font_config=self._fonts, counter_style=self._counters, stylesheets=[self._style], **OPTIONS
        )
        return document.write_pdf(finisher=finish, **OPTIONS), len(document.pages)
