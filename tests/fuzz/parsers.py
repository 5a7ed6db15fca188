"""The parsers under fuzz, and what they may do with any bytes: give parts, or refuse by name. Nothing else."""

import io
from collections.abc import Callable
from pathlib import Path

from services.contracts.adapters.cnaf.reader import read_flow
from services.contracts.adapters.mapped.correcting import write_refused
from services.contracts.adapters.mapped.mapping import Mapping, load_mapping, read_mapping, shipped
from services.contracts.adapters.mapped.reading import read_lines
from services.contracts.domain.imports.flow import BrokenFlow, Refused
from services.contracts.domain.imports.lines import RefusedLine
from shared.kernel.errors import Invalid
from tests.builders.imports import JEANNE, PAUL, csv_file, workbook

DATA = Path(__file__).parents[1] / "data" / "cnaf"


def cnaf(data: bytes) -> None:
    """The flow of the CAF and the MSA."""
    try:
        for _ in read_flow(io.BytesIO(data)):
            pass
    except BrokenFlow:
        return


def mapped(data: bytes, mapping: Mapping) -> None:
    """A CSV or XLSX file, and its refused lines written back."""
    refused: list[Refused] = []
    try:
        for part in read_lines(io.BytesIO(data), mapping):
            if isinstance(part, RefusedLine):
                refused.extend(part.problems)
    except BrokenFlow:
        pass
    write_refused(io.StringIO(), io.BytesIO(data), mapping, refused)


def mapping_file(data: bytes) -> None:
    """A mapping itself."""
    try:
        read_mapping("fuzz", data)
    except Invalid:
        return


def targets() -> dict[str, tuple[Callable[[bytes], None], list[bytes]]]:
    """Each parser with the files that fuzzing starts from."""
    mappings = [load_mapping(path) for path in shipped().values()]
    simple = load_mapping(shipped()["tableur-simple"])
    table = csv_file(JEANNE, PAUL, (*JEANNE[:6], "31/02/1971", "1", "x"), ())

    def tables(data: bytes) -> None:
        for mapping in mappings:
            mapped(data, mapping)

    return {
        "cnaf": (cnaf, [path.read_bytes() for path in sorted(DATA.glob("*.xml"))]),
        "csv": (tables, [table.encode(), table.encode("utf-16"), table.encode("cp1252"), table.encode("utf-8-sig")]),
        "xlsx": (lambda data: mapped(data, simple), [workbook(JEANNE, PAUL)]),
        "mapping": (mapping_file, [path.read_bytes() for path in shipped().values()]),
    }
