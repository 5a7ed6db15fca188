"""Documents look as they were seen to: a change of the look is made on purpose (`make look`), and reviewed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.documents.adapters.rendering.process import RenderProcess
from tests.builders import documents as build
from tests.tools.look import DOTS, FOLDER, LOOKED_AT, differing, kept, picture, studio

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def process() -> Iterator[RenderProcess]:
    with studio() as started:
        yield started


@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_document_looks_as_it_did(process: RenderProcess, name: str, tmp_path: Path) -> None:
    drawn = picture(process, LOOKED_AT[name])
    found = tmp_path / f"{name}.png"
    drawn.save(found)
    assert differing(drawn, kept(name)) <= DOTS, f"look at {found} beside {FOLDER / found.name}; `make look` renews it"


def test_a_word_a_box_and_a_page_more_are_seen(process: RenderProcess) -> None:
    sheet = build.sheet()
    before = picture(process, sheet)
    assert differing(before, picture(process, sheet)) == 0
    word = sheet.model_copy(update={"expression": f"{sheet.expression} Merci."})
    unboxed = sheet.model_copy(update={"to_sign": False})
    longer = sheet.model_copy(update={"objectives": sheet.objectives * 4})
    for other in (word, unboxed, longer):
        assert differing(before, picture(process, other)) > DOTS


def test_each_picture_is_of_a_document_and_all_are_small() -> None:
    files = {path.stem: path.stat().st_size for path in FOLDER.iterdir()}
    assert files.keys() == LOOKED_AT.keys()
    assert sum(files.values()) < 1_500_000
