"""Members of a commission are told of their session, of a move, of its end: each once, whatever comes first."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.events.contracts import AgentChanged
from shared.events.notifications import NotificationDelivered, SessionNoticeDelivered
from shared.events.sealed import Sealed
from shared.events.sessions import (
    SessionCancelled,
    SessionChanged,
    SessionClosed,
    SessionConvened,
    SessionEvent,
    SessionMember,
)
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.builders.canaries import cells_with
from tests.builders.events import TERRITORY, referent_card, sample
from tests.builders.session_events import SESSION_ID, SITS_AT
from tests.fixtures.smtp import Provider
from tests.integration.notifications.conftest import Notifications

pytestmark = pytest.mark.integration

VOLANE, BORNE = "agent-volane", "agent-borne"
NAMES = {VOLANE: "Claude Volane", BORNE: "Alix Borne"}


def known(service: Notifications, agent: str, version: int = 1, *, mail: bool = True, active: bool = True) -> Any:
    """What contracts tells of an agent."""
    address = f"{agent}@departement.example" if mail else None
    card = referent_card(agent_id=agent, full_name=NAMES[agent], mail=address, quality="Membre")
    sealed: Sealed[Any] = Sealed(token=service.keys.seal(card))
    return sample(AgentChanged, agent_id=agent, aggregate_version=version, active=active, agent=sealed)


def session(
    service: Notifications, event: type[SessionEvent], version: int, *members: str | None, **changes: Any
) -> SessionEvent:
    """An event of the session; members' cards bear no mail, as validation seats them."""
    seated = tuple(
        SessionMember(
            agent_id=agent,
            card=Sealed(
                token=service.keys.seal(
                    referent_card(agent_id=agent or "", full_name=NAMES.get(agent or "", "Invité"), mail=None)
                )
            ),
            chair=number == 0,
            present=None,
        )
        for number, agent in enumerate(members)
    )
    states = {SessionClosed: "closed", SessionCancelled: "cancelled"}
    given = {"aggregate_version": version, "members": seated, "state": states.get(event, "convened")}
    return sample(event, **(given | changes))


async def told(service: Notifications, provider: Provider) -> list[tuple[str, str]]:
    """Who was written to since the last time, and the beginning of what."""
    await service.work_all()
    mails = sorted((mail["To"].partition("@")[0], mail["Subject"].partition(" :")[0]) for mail in provider.taken)
    provider.taken.clear()
    return mails


async def test_members_are_convened_with_date_place_and_a_link_that_asks_for_login(
    notifications: Notifications, provider: Provider
) -> None:
    for agent in (VOLANE, BORNE):
        await notifications.hear(known(notifications, agent))
    convened = session(notifications, SessionConvened, 4, VOLANE, BORNE, None)
    assert [await notifications.hear(convened, new_id()) for _ in range(2)] == ["done", "stale"]
    await notifications.work_all()
    mail = next(mail for mail in provider.taken if mail["To"] == f"{VOLANE}@departement.example")
    body = mail.get_body(("plain",))
    assert body is not None
    for said in (
        "Bonjour Claude Volane,",
        "14 avril 2026 à 14 h 30",
        "Maison du Département, Aubenas",
        f"https://cer.example.org/seances/{SESSION_ID}",
    ):
        assert said in body.get_content()
    assert await told(notifications, provider) == [(BORNE, "Convocation"), (VOLANE, "Convocation")]
    events = await notifications.told()
    assert [type(event) for event in events] == [SessionNoticeDelivered] * 2
    assert {(event.session_id, event.audience) for event in events} == {(SESSION_ID, "member")}
    assert not any(isinstance(event, NotificationDelivered) for event in events)


async def test_a_session_that_moves_changes_its_members_or_is_cancelled_is_told_to_whom_it_concerns(
    notifications: Notifications, provider: Provider
) -> None:
    for agent in (VOLANE, BORNE):
        await notifications.hear(known(notifications, agent))
    await notifications.hear(session(notifications, SessionConvened, 4, VOLANE))
    assert await told(notifications, provider) == [(VOLANE, "Convocation")]
    # Its agenda alone changed: they know all that this says.
    await notifications.hear(session(notifications, SessionChanged, 5, VOLANE))
    assert await told(notifications, provider) == []
    later = {"at": SITS_AT + timedelta(days=1)}
    await notifications.hear(session(notifications, SessionChanged, 6, VOLANE, BORNE, **later))
    assert await told(notifications, provider) == [(BORNE, "Convocation"), (VOLANE, "Séance déplacée")]
    await notifications.hear(session(notifications, SessionChanged, 7, VOLANE, BORNE, **later, place="Privas"))
    assert await told(notifications, provider) == [(BORNE, "Séance déplacée"), (VOLANE, "Séance déplacée")]
    await notifications.hear(session(notifications, SessionChanged, 8, BORNE, **later, place="Privas"))
    assert await told(notifications, provider) == [(VOLANE, "Vous n'êtes plus attendu(e)")]
    await notifications.hear(session(notifications, SessionCancelled, 9, BORNE, **later, place="Privas"))
    assert await told(notifications, provider) == [(BORNE, "Séance annulée")]


@pytest.mark.parametrize("last", [SessionClosed, SessionCancelled])
async def test_what_is_heard_after_the_end_tells_nobody(
    notifications: Notifications, provider: Provider, last: type[SessionEvent]
) -> None:
    await notifications.hear(known(notifications, VOLANE))
    assert await notifications.hear(session(notifications, last, 7, VOLANE)) == "done"
    assert await notifications.hear(session(notifications, SessionConvened, 4, VOLANE)) == "stale"
    assert await told(notifications, provider) == []


async def test_a_move_that_is_heard_before_the_convening_convenes_with_the_new_date(
    notifications: Notifications, provider: Provider
) -> None:
    await notifications.hear(known(notifications, VOLANE))
    moved = session(notifications, SessionChanged, 5, VOLANE, at=SITS_AT + timedelta(days=2))
    assert await notifications.hear(moved) == "done"
    assert await notifications.hear(session(notifications, SessionConvened, 4, VOLANE)) == "stale"
    assert await told(notifications, provider) == [(VOLANE, "Convocation")]


async def test_a_member_whose_mail_comes_to_be_known_later_is_told_then(
    notifications: Notifications, provider: Provider
) -> None:
    await notifications.hear(known(notifications, BORNE, mail=False))
    await notifications.hear(session(notifications, SessionConvened, 4, VOLANE, BORNE))
    await notifications.hear(session(notifications, SessionChanged, 5, VOLANE, BORNE))
    assert await told(notifications, provider) == []
    # Once for each: who convened them sees that they were not told.
    assert [row["status"] for row in await notifications.rows()] == ["no_address", "no_address"]

    assert await notifications.hear(known(notifications, VOLANE)) == "done"
    assert await notifications.hear(known(notifications, BORNE, 2)) == "done"
    assert await notifications.hear(known(notifications, BORNE, 1)) == "stale"
    assert await told(notifications, provider) == [(BORNE, "Convocation"), (VOLANE, "Convocation")]
    await notifications.hear(known(notifications, VOLANE, 3))
    assert await told(notifications, provider) == []


async def test_a_mail_and_a_session_that_come_at_the_same_moment_tell_once(
    notifications: Notifications, provider: Provider
) -> None:
    for version in range(1, 9):
        convened = session(notifications, SessionConvened, 4, VOLANE, session_id=new_id())
        # Before the first, nobody knows the mail; at each, another version of it comes beside.
        endings = await asyncio.gather(
            notifications.hear(convened), notifications.hear(known(notifications, VOLANE, version))
        )
        assert set(endings) == {"done"}
        assert await told(notifications, provider) == [(VOLANE, "Convocation")]


async def test_nobody_writes_to_a_closed_account_nor_of_a_session_that_is_over(
    notifications: Notifications, provider: Provider
) -> None:
    await notifications.hear(known(notifications, VOLANE, active=False))
    await notifications.hear(known(notifications, BORNE))
    past = {"at": notifications.clock.now() - timedelta(hours=1), "session_id": new_id()}
    await notifications.hear(session(notifications, SessionConvened, 4, BORNE, **past))
    await notifications.hear(session(notifications, SessionConvened, 4, VOLANE))
    assert await told(notifications, provider) == []
    assert [(row["session_id"], row["status"]) for row in await notifications.rows()] == [(SESSION_ID, "no_address")]


async def test_the_insertion_service_sees_who_was_told_of_a_session(
    notifications: Notifications, provider: Provider
) -> None:
    await notifications.hear(known(notifications, VOLANE))
    await notifications.hear(session(notifications, SessionConvened, 4, VOLANE))
    assert await told(notifications, provider) == [(VOLANE, "Convocation")]
    path = f"/messages?session_id={SESSION_ID}"
    (line,) = (await notifications.get(path, Role.SERVICE_INSERTION)).json()["messages"]
    assert (line["title"], line["status"]) == ("Séance de commission : convocation, au membre", "delivered")
    assert (line["session_id"], line["cer_id"], line["dossier_id"]) == (str(SESSION_ID), None, None)
    assert line["recipient"] == "a…@departement.example"
    said = await notifications.get(f"/messages/{line['id']}/content", Role.SERVICE_INSERTION)
    assert "Maison du Département" in said.json()["text"]
    for role in (Role.REFERENT, Role.SECRETARIAT):
        assert (await notifications.get(path, role, territory=TERRITORY)).json()["messages"] == []
        assert (
            await notifications.get(f"/messages/{line['id']}/content", role, territory=TERRITORY)
        ).status_code == 404


async def test_a_message_that_failed_is_sent_again_as_any_other(
    notifications: Notifications, provider: Provider
) -> None:
    await notifications.hear(known(notifications, VOLANE))
    await notifications.hear(session(notifications, SessionConvened, 4, VOLANE))
    provider.answers.append("554 5.7.1 no")
    assert await told(notifications, provider) == []
    (row,) = await notifications.rows()
    failed: UUID = row["id"]
    assert (await notifications.resend(failed)).status_code == 200
    assert await told(notifications, provider) == [(VOLANE, "Convocation")]
    names = [type(event).__name__ for event in await notifications.told()]
    assert names == ["SessionNoticeFailed", "SessionNoticeDelivered"]


async def test_names_and_mails_of_members_stand_nowhere_in_clear(
    notifications: Notifications, provider: Provider
) -> None:
    await notifications.hear(known(notifications, VOLANE))
    await notifications.hear(session(notifications, SessionConvened, 4, VOLANE))
    assert await told(notifications, provider) == [(VOLANE, "Convocation")]
    assert await cells_with(notifications.database, "Claude", f"{VOLANE}@departement") == set()
