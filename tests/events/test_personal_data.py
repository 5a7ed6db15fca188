"""No event tells personal data in clear, and each block has readers who are services."""

import json
import re
from typing import Any

import pytest

from shared.events.blocks import BLOCKS, READERS, ContactPoint
from shared.events.envelope import Event
from shared.events.registry import EVENTS
from shared.events.sealed import Block, Sealed, seal
from tests.builders.events import chef_card, content, decision, identity, reason, referent_card, sample
from tests.events import golden
from tools.asyncapi.schemas import payload

SERVICES = {"contracts", "validation", "signature", "documents", "notifications", "renewals"}

PERSONAL = re.compile(
    r"(^|_)(nom|prenom|name|civilite|sexe|naissance|birth|adresse|address|mail|email|phone|telephone|mobile|matricule"
    r"|comment|commentaire|texte?|situation|evaluation|expression|motives?|motifs?|recipient|destinataire)(_|$)"
)
SECRET = re.compile(r"(^|_)(nir|otp|pin|note|link|lien|url|token|jeton|secret|password|commentaire)(_|$)")

CLEAR_ALTHOUGH_NAMED_SO = {
    "phone_entered_today": "a flag: says nothing of the number",
    "phone_shared": "a flag: says nothing of the number",
    "phone_is_agents": "a flag: says nothing of the number",
    "phone_since": "a day: says nothing of the number",
    "text_id": "names a text of the Département, the same for everybody",
    "office_address": "of a place that receives the public",
    "office_telephone": "of a place that receives the public",
}
SEALED_ALTHOUGH_NAMED_SO = {
    "DecisionText.note_referent": "from the service to the référent: not the note of the commentaire",
}

MAIL = ContactPoint(address="jeanne.fictive@example.org")


def _fields(schema: dict[str, Any]) -> list[tuple[str, bool]]:
    """Every field at any depth, and whether a block seals it."""
    found = []
    for name, field in schema.get("properties", {}).items():
        found.append((name, "x-sealed-block" in field))
        found += [inner for part in (field, *field.get("anyOf", ()), field.get("items", {})) for inner in _fields(part)]
    return found


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name())
def test_no_clear_field_has_the_name_of_personal_data(event: type[Event]) -> None:
    clear = {name for name, is_sealed in _fields(payload(event)) if not is_sealed}

    suspect = {name for name in clear if PERSONAL.search(name) or SECRET.search(name)}

    assert suspect <= CLEAR_ALTHOUGH_NAMED_SO.keys()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name())
def test_codes_in_clear_are_reasons_for_programs_never_the_one_time_code(event: type[Event]) -> None:
    for name, is_sealed in _fields(payload(event)):
        if "code" in name and not is_sealed:
            assert name == "code"
            assert re.fullmatch(r"[a-z-]+", golden.load(event)["value"]["code"])


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_no_block_holds_what_no_event_may_tell(block: type[Block]) -> None:
    schema = json.loads(json.dumps(block.model_json_schema()))
    fields = {name for part in (schema, *schema.get("$defs", {}).values()) for name in part.get("properties", {})}

    suspect = {f"{block.__name__}.{name}" for name in fields if SECRET.search(name)}

    assert suspect <= SEALED_ALTHOUGH_NAMED_SO.keys()


def test_readers_are_services_and_every_block_has_some() -> None:
    assert READERS.keys() == {block.name for block in BLOCKS}
    assert all(readers and readers <= SERVICES for readers in READERS.values())


def test_every_sealed_field_names_a_block_that_has_readers() -> None:
    named = {
        field["x-sealed-block"]
        for event in EVENTS
        for field in payload(event)["properties"].values()
        if "x-sealed-block" in field
    }

    assert named == READERS.keys()


def test_texts_of_a_decision_are_for_those_who_tell_it_and_contents_for_who_prints_them() -> None:
    assert READERS["content"] == {"documents"}
    assert READERS["decision"] == {"contracts", "documents", "notifications"}
    assert READERS["reason"] == {"contracts", "notifications"}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name())
def test_an_open_block_shows_in_no_representation_and_is_not_written_unsealed(event: type[Event]) -> None:
    blocks: dict[str, Block] = {
        block.name: block for block in (identity(), content(), decision(), reason(), referent_card(), MAIL)
    }
    properties = payload(event)["properties"]
    opened = {
        name: seal(chef_card() if name == "decider" else blocks[field["x-sealed-block"]])
        for name, field in properties.items()
        if "x-sealed-block" in field
    }
    made = sample(event, **opened)

    assert not re.search("Essai|Fictive|Jeanne|Mirabel|Coiron|restauration|diagnostic|Accord pour", f"{made!r} {made}")
    if opened:
        with pytest.raises(ValueError, match="without a sealer"):
            made.model_dump_json()


def test_a_sealed_block_received_is_passed_on_as_it_is() -> None:
    for event in EVENTS:
        made = sample(event)
        received = event.read(made.to_json(golden.NoSealer()))
        tokens = [value.token for value in received.__dict__.values() if isinstance(value, Sealed)]
        assert tokens == [value.token for value in made.__dict__.values() if isinstance(value, Sealed)]
