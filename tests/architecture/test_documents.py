"""Documentation tells what is in the code: its links lead somewhere, its words are those of the code."""

import re
from pathlib import Path

import pytest

from services.contracts.domain.cers.signing import SigningState
from services.contracts.domain.cers.states import LABELS
from services.documents.domain.edition import EditionKind
from services.signature.domain.states import State as RequestState
from services.validation.domain.states import STATE_LABELS
from shared.events.blocks import BLOCKS
from shared.events.registry import EVENTS
from shared.events.topics import TOPICS
from shared.security.principal import Role
from tests.architecture.tree import ROOT, relative
from tools.settings.reference import REFERENCE, reference

PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "services/*/README.md", "deploy/**/*.md", "tests/**/*.md")
    for path in ROOT.glob(pattern)
    if "node_modules" not in path.parts
)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
CODE_PATH = re.compile(r"`((?:services|shared|tests|deploy|tools|docs|bench)/[\w./*<>-]+)`")
GLOSSARY = (ROOT / "docs" / "glossaire.md").read_text()
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_to_a_file(page: Path) -> None:
    broken = [target for target in LINK.findall(page.read_text()) if not (page.parent / target).exists()]

    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_paths_of_the_code_exist(page: Path) -> None:
    named = [path for path in CODE_PATH.findall(page.read_text()) if not {"*", "<"} & set(path)]

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_glossary_has_the_states_and_roles_of_the_code_with_their_labels() -> None:
    cer = [f"| {label} | `{state}` |" for state, label in LABELS.items()]
    study = [f"`{state}` ({label})" for state, label in STATE_LABELS.items()]

    assert [row for row in cer + study if row not in " ".join(GLOSSARY.split("\n"))] == []


def test_the_glossary_has_every_code_that_other_services_read() -> None:
    codes = [*Role, *EditionKind, *RequestState, *SigningState, *(block.name for block in BLOCKS)]

    assert [str(code) for code in codes if f"`{code}`" not in GLOSSARY] == []


@pytest.mark.parametrize("page", DECISIONS, ids=relative)
def test_a_decision_takes_one_screen_and_says_when_to_look_at_it_again(page: Path) -> None:
    text = page.read_text()

    assert len(text.splitlines()) <= 40
    assert text.startswith(f"# {page.name[:4]}: ")
    for part in ("**Asked.**", "**Decided.**", "**Costs.**", "**Revisit when**"):
        assert part in text


def test_decisions_are_numbered_without_gap_and_listed() -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text()

    assert [page.name[:4] for page in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    assert [page.name for page in DECISIONS if page.name not in listed] == []


def test_the_page_of_events_tells_every_topic_and_every_event() -> None:
    page = (ROOT / "docs" / "architecture" / "events.md").read_text()

    assert [topic.name for topic in TOPICS if topic.name not in page] == []
    assert [event.name() for event in EVENTS if event.name() not in page] == []


def test_the_page_of_settings_says_what_services_declare_each_with_its_words() -> None:
    assert REFERENCE.read_text() == reference(), "python -m tools.settings"
    assert [line for line in reference().splitlines() if line.endswith("|  |")] == []
