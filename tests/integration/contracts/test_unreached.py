"""A message that came back shows on the dossier, until another way to reach the person is entered."""

from typing import Any
from uuid import UUID

import pytest

from shared.events.blocks import ContactPoint
from shared.events.contracts import DossierChanged
from shared.events.notifications import ContactFailed
from shared.events.sealed import Sealed
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.builders.events import sample
from tests.integration.contracts.conftest import MOBILE, Contracts

pytestmark = pytest.mark.integration

MAIL = "jeanne.fictive@example.org"


def failed(contracts: Contracts, dossier: dict[str, Any], address: str, **changes: Any) -> ContactFailed:
    """What notifications tells, as it comes: sealed."""
    changes = {"code": "smtp-550"} | changes
    contact = Sealed[ContactPoint](token=contracts.keys.seal(ContactPoint(address=address)))
    return sample(ContactFailed, dossier_id=UUID(dossier["id"]), message_id=new_id(), contact=contact, **changes)


async def unreached(contracts: Contracts, dossier: dict[str, Any]) -> dict[str, str]:
    """What the dossier shows."""
    shown = (await contracts.get(f"/dossiers/{dossier['id']}")).json()["contact"]["unreached"]
    return {one["what"]: one["code"] for one in shown}


async def test_each_kind_of_address_is_marked_once_and_the_history_says_by_what(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    mail = failed(contracts, dossier, MAIL)
    assert await contracts.hear(mail) == "done"
    assert await contracts.hear(failed(contracts, dossier, "+33639980001", channel="sms", code="sms-number")) == "done"
    assert await unreached(contracts, dossier) == {"mail": "smtp-550", "telephone": "sms-number"}
    # Another mail came back from there: nothing new.
    assert await contracts.hear(failed(contracts, dossier, MAIL)) == "stale"
    changes = (await contracts.get(f"/dossiers/{dossier['id']}/history")).json()["changes"]
    assert [(one["field"], one["after"], one["origin"]) for one in changes[:2]] == [
        ("telephone_unreached", "sms-number", "service"),
        ("mail_unreached", "smtp-550", "service"),
    ]
    told = await contracts.told(DossierChanged)
    assert [event.changed for event in told[-2:]] == [("mail_unreached",), ("telephone_unreached",)]


async def test_another_address_clears_its_own_mark_only(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    await contracts.hear(failed(contracts, dossier, MAIL))
    await contracts.hear(failed(contracts, dossier, "+33639980001", channel="sms", code="sms-not-delivered"))
    body = {"mail": "jeanne@example.org", "telephone": MOBILE}
    changed = await contracts.send("PUT", f"/dossiers/{dossier['id']}/contact", body, version=5)
    assert changed.status_code == 200, changed.text
    assert await unreached(contracts, dossier) == {"telephone": "sms-not-delivered"}


async def test_what_was_changed_since_the_message_left_is_not_marked(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    assert await contracts.hear(failed(contracts, dossier, "ancienne@example.org")) == "stale"
    assert await contracts.hear(failed(contracts, dossier, "1 rue d'avant", channel="letter")) == "stale"
    assert await contracts.hear(failed(contracts, dossier, "x", channel="pigeon")) == "stale"
    assert await unreached(contracts, dossier) == {}


async def test_a_letter_that_came_back_marks_the_postal_address(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    read = (await contracts.get(f"/dossiers/{dossier['id']}")).json()
    address = "\n".join(read["adresse"])
    assert await contracts.hear(failed(contracts, dossier, address, channel="letter", code="post-rejected")) == "done"
    assert await unreached(contracts, dossier) == {"adresse": "post-rejected"}


async def test_an_unknown_dossier_parks_the_event(contracts: Contracts) -> None:
    assert await contracts.hear(failed(contracts, {"id": str(new_id())}, MAIL)) == "parked"


async def test_the_mark_is_for_those_who_see_the_dossier(contracts: Contracts) -> None:
    dossier = await contracts.accompanied()
    await contracts.hear(failed(contracts, dossier, MAIL))
    shown = (await contracts.get(f"/dossiers/{dossier['id']}", Role.SECRETARIAT)).json()
    assert [one["what"] for one in shown["contact"]["unreached"]] == ["mail"]
