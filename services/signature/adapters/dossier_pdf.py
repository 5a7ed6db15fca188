"""The dossier de preuve as a PDF that people read (PDF/UA-1), which carries the signed JSON (PDF/A-3a).

PDF/A-2a, that of the CER, forbids such attachments (ISO 19005-2, 6.8); PDF/A-3 wants to be told what they are to the
document (ISO 19005-3, 6.8). Imported where it is used only: WeasyPrint takes a second.
"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration

from services.signature.adapters.dossier_reading import EVIDENCE_NAME
from services.signature.adapters.phone_pages import TEMPLATES
from services.signature.adapters.trusting import Stamp
from services.signature.domain.readable import at, readable
from shared.pdf.assets import ClosedFetcher
from shared.pdf.finish import finish
from shared.pdf.fonts import font_files
from shared.pdf.glyphs import coverage, mark_missing


class DossierMaker:
    """Sets dossiers de preuve; fonts and style are read once. `fonts` is the folder of Noto Sans."""

    def __init__(self, departement: str, fonts: Path) -> None:
        self._departement = departement
        self._covered = coverage(font_files([fonts]))
        self._fonts = FontConfiguration()
        self._fetcher = ClosedFetcher({})
        self._style = CSS(string=(TEMPLATES / "dossier.css").read_text(), font_config=self._fonts)
        templates = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True)
        self._page = templates.get_template("dossier.html")

    def pdf(self, content: dict[str, Any], signed: bytes, stamp: Stamp | None) -> bytes:
        """The PDF of an evidence, `signed` being its signed JSON. Raises KeyError for one of another format."""
        page = self._page.render(
            shown=readable(content),
            departement=self._departement,
            created=content["drawn_up_at"],
            stamp=None if stamp is None else {"at": at(stamp.at.isoformat()), "authority": stamp.authority},
            attached=EVIDENCE_NAME,
            digest=hashlib.sha256(signed).hexdigest(),
        )
        drawn_up = datetime.fromisoformat(content["drawn_up_at"])
        attached = Attachment(
            string=signed,
            name=EVIDENCE_NAME,
            description="La preuve signée (JSON), dont ce document est la mise en page",
            created=drawn_up,
            modified=drawn_up,
            relationship="Data",
        )
        # A number never stands apart from its « n° ».
        unbroken = page.replace("n° ", "n°\u00a0")
        html = HTML(string=mark_missing(unbroken, self._covered), url_fetcher=self._fetcher, base_url=None)
        made: bytes = html.write_pdf(
            font_config=self._fonts,
            stylesheets=[self._style],
            attachments=[attached],
            finisher=_finish,
            pdf_variant="pdf/a-3a",
            pdf_tags=True,
        )
        return made


def _finish(document: Any, pdf: Any) -> None:
    finish(document, pdf)
    # WeasyPrint names each attachment twice among the associated files.
    pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))
