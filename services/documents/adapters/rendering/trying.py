"""The made-up documents as PDFs, each kind in a process of its own, within limits of time and of memory."""

import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.documents.adapters.rendering.checking import OF, check_templates
from services.documents.adapters.rendering.html import Look, Templates
from services.documents.adapters.rendering.process import Job, RenderProcess, Setting
from services.documents.domain.edition import EditionKind, RenderCrashed, RenderRefused, RenderTimeout
from services.documents.domain.samples import samples
from services.documents.domain.sheet import Sheet
from shared.kernel.templates import Fault, TemplatesRefused
from shared.pdf.fonts import font_files, write_configuration

_LOOKS_A_SECOND = 20


@dataclass(frozen=True)
class Limits:
    """What one document may take: `megabytes` that it holds, `memory_mib` of addresses as when it serves."""

    seconds: float = 60.0
    megabytes: int = 600
    memory_mib: int = 1024


def try_templates(
    look: Look, fonts: Sequence[Path], limits: Limits = Limits(), kinds: Sequence[EditionKind] = tuple(EditionKind)
) -> int:
    """Makes the made-up documents of these kinds; how many pages that gave.

    Raises TemplatesRefused, FontsMissing.
    """
    check_templates(look)
    font_files(fonts)
    faults: list[Fault] = []
    pages = 0
    with tempfile.TemporaryDirectory(prefix="cer-templates-") as folder:
        setting = Setting(look, tuple(fonts), write_configuration(fonts, Path(folder)), limits.memory_mib)
        templates = Templates(look)
        for kind in kinds:
            process = RenderProcess(setting)
            try:
                for name, sheet in samples(kind).items():
                    pages += _try(process, templates, sheet, name, limits)
            except TemplatesRefused as refused:
                faults += refused.faults
            finally:
                process.kill()
    if faults:
        raise TemplatesRefused(OF, faults)
    return pages


def _try(process: RenderProcess, templates: Templates, sheet: Sheet, name: str, limits: Limits) -> int:
    data = sheet.model_dump()
    job = Job(sheet.kind.value, data, templates.fingerprint(sheet.kind.value, data))
    process.wait_ready()
    over = threading.Event()
    done = threading.Event()
    watch = threading.Thread(target=_watch, args=(process, limits.megabytes, over, done), daemon=True)
    watch.start()
    try:
        return process.render(job, limits.seconds).pages
    except RenderTimeout:
        what = f"la mise en page du document « {name} » dépasse {limits.seconds:.0f} secondes"
    except RenderCrashed:
        what = f"la mise en page du document « {name} » a fait tomber son processus"
        if over.is_set():
            what = f"la mise en page du document « {name} » dépasse {limits.megabytes} Mo de mémoire"
    except RenderRefused as refused:
        what = f"le document « {name} » n'a pas pu être mis en page : {refused.detail}"
    finally:
        done.set()
        watch.join()
    raise TemplatesRefused(OF, [Fault(f"{sheet.kind}.html", 1, what)])


def _watch(process: RenderProcess, megabytes: int, over: threading.Event, done: threading.Event) -> None:
    while not done.wait(1 / _LOOKS_A_SECOND):
        if _resident_megabytes(process.pid) > megabytes:
            over.set()
            process.abort()
            return


def _resident_megabytes(pid: int) -> float:
    """The memory that a process holds, from the kernel (`VmRSS`, in kB); none for one that has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    held = next((line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")), "0")
    return int(held) / 1024
