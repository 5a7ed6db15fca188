"""Renders against raw WeasyPrint, in the same run.

The pool, on as many cores: the same pages, the same options, fonts and style read once. Ours is the whole way of a
document: fingerprint, template, escaping, pipe to the process, PDF with both standards declared, pipe back. The floor
has its HTML ready and gives its PDF to nobody.

One render, in CPU time: what a document costs as it is made here (fonts and style read once in a process, a style that
measures each text once) beside raw WeasyPrint on the same look as it was written at first (`PLAIN`: flex, tables whose
columns and margin boxes follow their texts), which reads fonts and style for each document.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

from bench.rows import paired
from services.documents.adapters.rendering.html import Look, Templates
from services.documents.adapters.rendering.pool import RenderPool
from services.documents.domain.edition import EditionKind
from services.documents.settings import Settings
from shared.pdf.fonts import write_configuration
from tests.builders import documents as build

DOCUMENTS = 30
ROUNDS = 3
CPU_ROUNDS = 8
KIND = EditionKind.CER_DECISION_VALIDE
# The same look as one writes it at first: each text of a flex item, an automatic table, a margin box without width is
# measured twice.
PLAIN = """
@page { @bottom-left { width: auto; } @bottom-right { width: auto; } }
.pair { display: flex; gap: 8mm; }
.pair::after { display: none; }
.pair section, .pair section:first-child { float: none; width: auto; flex: 1; margin-right: 0; }
.pair section:first-child { flex: 1.2; }
table { table-layout: auto; }
"""
FONTS: tuple[Path, ...] = Settings.model_fields["fonts"].default

_raw: dict[str, Any] = {}


def measure() -> list[dict[str, Any]]:
    """Documents a second, by as many processes as there are cores; then CPU time, by one."""
    return [asyncio.run(_measure()), _measure_style()]


def _measure_style() -> dict[str, Any]:
    templates = Templates(Look())
    sheet = _sheet(0).model_dump()
    page = templates.html(KIND.value, sheet, templates.fingerprint(KIND.value, sheet))
    with tempfile.TemporaryDirectory() as folder:
        fontconfig = write_configuration(FONTS, Path(folder))
        styles = (templates.stylesheet, templates.stylesheet + PLAIN)
        with get_context("spawn").Pool(1, _load, (fontconfig, styles[0])) as raw:
            rounds = [raw.apply(_cpu_milliseconds, (page, *styles)) for _ in range(CPU_ROUNDS)]
    return paired("one render", "CPU ms", "<= 0.5", rounds[1:]).as_json()


def _cpu_milliseconds(page: str, ours: str, plain: str) -> tuple[float, float]:
    """In a process of its own: the CPU time of the page as it is made here, and of the same look by raw WeasyPrint."""
    _raw["style"] = _raw["css"](string=ours, font_config=_raw["fonts"])
    begun = time.process_time()
    _write_pdf(page)
    between = time.process_time()
    fonts = _raw["configuration"]()
    style = _raw["css"](string=plain, font_config=fonts)
    _raw["html"](string=page).write_pdf(font_config=fonts, stylesheets=[style], pdf_variant="pdf/a-2a", pdf_tags=True)
    return (between - begun) * 1000, (time.process_time() - between) * 1000


async def _measure() -> dict[str, Any]:
    cores = os.cpu_count() or 1
    sheets = [_sheet(number).model_dump() for number in range(DOCUMENTS)]
    templates = Templates(Look())
    pages = [templates.html(KIND.value, sheet, templates.fingerprint(KIND.value, sheet)) for sheet in sheets]
    pool = RenderPool(Look(), FONTS, size=cores)
    await pool.start()
    with tempfile.TemporaryDirectory() as folder:
        setting = (write_configuration(FONTS, Path(folder)), templates.stylesheet)
        with get_context("spawn").Pool(cores, _load, setting) as raw:
            rounds = []
            await _ours(pool, sheets)
            await asyncio.to_thread(_floor, raw, pages)
            for _ in range(ROUNDS):
                floor = await asyncio.to_thread(_floor, raw, pages)
                rounds.append((await _ours(pool, sheets), floor))
    await pool.close()
    return paired("render pool", "documents/s", ">= 0.95", rounds).as_json()


def _sheet(number: int) -> Any:
    """Three pages, no two alike."""
    objective = build.OBJECTIVE.model_copy(update={"person_does": f"Étape {number}. {build.SITUATION}"})
    return build.sheet(KIND, situation=f"{number}. {build.SITUATION}", objectives=(objective,) * 3)


async def _ours(pool: RenderPool, sheets: list[Mapping[str, Any]]) -> float:
    started = time.perf_counter()
    await asyncio.gather(*(pool.render(KIND.value, sheet) for sheet in sheets))
    return DOCUMENTS / (time.perf_counter() - started)


def _floor(raw: Pool, pages: list[str]) -> float:
    started = time.perf_counter()
    raw.map(_write_pdf, pages, chunksize=1)
    return DOCUMENTS / (time.perf_counter() - started)


def _load(fontconfig: Path, style: str) -> None:
    """In a process of the floor: what is read once."""
    os.environ["FONTCONFIG_FILE"] = str(fontconfig)
    # Fontconfig reads the variable when pango loads.
    from weasyprint import CSS, HTML  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    fonts = FontConfiguration()
    _raw.update(html=HTML, css=CSS, configuration=FontConfiguration, fonts=fonts)
    _raw["style"] = CSS(string=style, font_config=fonts)


def _write_pdf(page: str) -> int:
    pdf: bytes = _raw["html"](string=page).write_pdf(
        font_config=_raw["fonts"], stylesheets=[_raw["style"]], pdf_variant="pdf/a-2a", pdf_tags=True
    )
    return len(pdf)


if __name__ == "__main__":
    for row in measure():
        print(row)
