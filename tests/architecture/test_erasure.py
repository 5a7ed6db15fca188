"""An erasure forgets nothing: each table is declared, each event of a person has a key that an erasure closes."""

from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import MetaData

from shared.erasure.holdings import Holdings
from shared.events.registry import EVENTS
from tests.architecture.tree import SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_is_erased_from_or_said_to_need_no_erasing(service: str) -> None:
    """Put a table with personal data in `held` of `services/<service>/adapters/holdings.py`, any other in `besides`."""
    metadata: MetaData = import_module(f"services.{service}.adapters.tables").metadata
    holdings: Holdings = import_module(f"services.{service}.adapters.holdings").HOLDINGS

    assert holdings.undeclared(frozenset(metadata.tables)) == set()
    assert {one.table.name for one in holdings.held} | holdings.besides.keys() <= set(metadata.tables)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name())
def test_an_event_about_a_person_is_keyed_by_what_an_erasure_closes(event: Any) -> None:
    if "dossier_id" in event.model_fields:
        assert event.key_field in {"dossier_id", "cer_id"}
