"""The agenda and the minutes of a commission's session: what they show, and who downloads what, until when."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from sqlalchemy import text

from services.documents.entrypoints.consumers import FORGETTING
from shared.events.blocks import AgentCard, DecisionText
from shared.events.contracts import DossierErased
from shared.events.sealed import seal
from shared.events.sessions import (
    CommissionFileEvent,
    FileClosedToCommission,
    FileOpenedToCommission,
    SessionCase,
    SessionChanged,
    SessionClosed,
    SessionConvened,
    SessionEvent,
    SessionMember,
    Votes,
)
from shared.kernel.clock import FixedClock
from shared.kernel.ids import derived_id
from shared.security.principal import Role
from tests.builders import events
from tests.builders.canaries import cells_with
from tests.builders.documents import ready_to_sign
from tests.builders.events import CER_ID, DOSSIER_ID, OTHER_CER_ID, sample
from tests.builders.session_events import MEMBER_ID, SESSION_ID, SITS_AT
from tests.integration.documents.conftest import Documents

pytestmark = pytest.mark.integration

OTHER_DOSSIER = UUID("01980000-0000-7000-8000-0000000000d9")


def file(event: type[CommissionFileEvent], version: int, cer: UUID = CER_ID, **changes: Any) -> Any:
    """What validation tells of the file of one of two persons."""
    first = cer == CER_ID
    fields: dict[str, Any] = {
        "file_id": derived_id("file", cer),
        "cer_id": cer,
        "dossier_id": DOSSIER_ID if first else OTHER_DOSSIER,
        "identity": seal(events.identity() if first else events.identity(prenom="Karim", nom_usage="Modèle")),
        "referent": seal(events.referent_card()),
    }
    if event is FileClosedToCommission:
        words = DecisionText(comment="La personne a été entendue.", motives=("Parcours à préciser",))
        fields |= {"words": seal(words), "votes": Votes(favorable=2, defavorable=1, abstention=0)}
    return sample(event, aggregate_version=version, **(fields | changes))


def session(event: type[SessionEvent], version: int, *cases: tuple[UUID, int], **changes: Any) -> Any:
    """What validation tells of the session itself."""
    president = AgentCard(agent_id=MEMBER_ID, full_name="Alix Tanargue", quality="Présidente")
    guest = AgentCard(agent_id="", full_name="Maé Bourges", quality="Personne concernée")
    held = event is SessionClosed
    fields: dict[str, Any] = {
        "members": (
            SessionMember(agent_id=MEMBER_ID, card=seal(president), chair=True, present=True if held else None),
            SessionMember(agent_id=None, card=seal(guest), chair=False, present=False if held else None),
        ),
        "secretary": seal(events.chef_card(full_name="Noa Rieutord", quality="Instructrice")),
        "cases": tuple(SessionCase(cer_id=cer, file_version=known) for cer, known in cases),
    }
    return sample(event, aggregate_version=version, **(fields | changes))


async def convened(documents: Documents) -> None:
    """A session of two CERs, its agenda made."""
    documents.app.state.clock = FixedClock(SITS_AT)
    for cer in (CER_ID, OTHER_CER_ID):
        assert await documents.hear(file(FileOpenedToCommission, 4, cer)) == "done"
    assert await documents.hear(session(SessionConvened, 4, (CER_ID, 4), (OTHER_CER_ID, 4))) == "done"
    assert await documents.work() == 1


async def listed(documents: Documents, role: Role = Role.SERVICE_INSERTION, subject: str = "agent-1") -> list[Any]:
    headers = documents.issuer.headers(role, subject)
    answer = await documents.client.get(f"/sessions/{SESSION_ID}/editions", headers=headers)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["editions"])


async def downloaded(documents: Documents, edition: dict[str, Any], role: Role, subject: str) -> Any:
    headers = documents.issuer.headers(role, subject)
    return await documents.client.get(f"/session-editions/{edition['id']}/content", headers=headers)


def words(pdf: bytes) -> str:
    return " ".join("\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)).split())


async def test_the_agenda_shows_members_and_cers_and_the_minutes_what_was_said(documents: Documents) -> None:
    await convened(documents)
    for cer in (CER_ID, OTHER_CER_ID):
        await documents.hear(file(FileClosedToCommission, 7, cer))
    await documents.hear(session(SessionClosed, 7, (OTHER_CER_ID, 7), (CER_ID, 7)))
    await documents.work()

    agenda, minutes = await listed(documents)

    assert (agenda["kind"], minutes["kind"]) == ("ordre_du_jour", "proces_verbal")
    answer = await downloaded(documents, agenda, Role.SERVICE_INSERTION, "agent-1")
    assert "Ordre%20du%20jour" in answer.headers["content-disposition"]
    page = words(answer.content)
    for said in ("Équipe pluridisciplinaire", "Alix Tanargue, présidente", "Maé Bourges", "Jeanne Fictive", "0012345"):
        assert said in page
    assert page.index("Jeanne Fictive") < page.index("Karim Modèle")
    assert "Favorable" not in page
    page = words((await downloaded(documents, minutes, Role.CHEF_DE_SERVICE, "agent-2")).content)
    for said in ("Avis : Favorable", "2 pour, 1 contre", "La personne a été entendue.", "Excusé", "1 sur 2"):
        assert said in page
    assert page.index("Karim Modèle") < page.index("Jeanne Fictive")


async def test_a_session_that_is_told_before_its_files_waits_and_one_told_twice_has_one_paper(
    documents: Documents,
) -> None:
    told = session(SessionConvened, 4, (CER_ID, 4))
    assert await documents.hear(told) == "done"
    assert await documents.hear(told) == "stale"
    assert await documents.work() == 1
    assert await listed(documents) == []

    assert await documents.hear(file(FileOpenedToCommission, 4)) == "done"
    assert await documents.hear(file(FileOpenedToCommission, 3)) == "stale"
    async with documents.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET available_at = now()"))
    assert await documents.work() == 1

    (agenda,) = await listed(documents)
    assert (agenda["failure"], agenda["version"]) == (None, 4)


async def test_a_file_that_is_never_told_ends_in_a_failure_that_is_shown(documents: Documents) -> None:
    await documents.hear(session(SessionConvened, 4, (CER_ID, 4)))
    async with documents.database.begin() as uow:
        await uow.session.execute(text("UPDATE work SET attempts = 200"))
    await documents.work()

    (agenda,) = await listed(documents)
    assert (agenda["failure"], agenda["pages"]) == ("file-not-told", None)
    refused = await downloaded(documents, agenda, Role.SERVICE_INSERTION, "agent-1")
    assert (refused.status_code, refused.json()["type"]) == (404, "urn:cer:problem:edition-not-made")


async def test_a_member_reads_the_agenda_as_it_stands_while_the_session_is_open(documents: Documents) -> None:
    await convened(documents)
    (first,) = await listed(documents, Role.COMMISSION, MEMBER_ID)
    assert await listed(documents, Role.COMMISSION, "member-9") == []
    assert (await downloaded(documents, first, Role.COMMISSION, MEMBER_ID)).status_code == 200
    assert (await downloaded(documents, first, Role.COMMISSION, "member-9")).status_code == 404

    await documents.hear(file(FileClosedToCommission, 5, OTHER_CER_ID, reason="withdrawn", opinion=None))
    await documents.hear(session(SessionChanged, 5, (CER_ID, 4)))
    await documents.work()

    (second,) = await listed(documents, Role.COMMISSION, MEMBER_ID)
    assert second["version"] == 5
    assert (await downloaded(documents, first, Role.COMMISSION, MEMBER_ID)).status_code == 404
    await documents.hear(file(FileClosedToCommission, 7))
    assert await listed(documents, Role.COMMISSION, MEMBER_ID) == []


async def test_a_member_downloads_the_editions_of_the_cers_that_are_open_to_them(documents: Documents) -> None:
    documents.app.state.clock = FixedClock(SITS_AT)
    edition = await documents.made(ready_to_sign())

    async def statuses(subject: str = MEMBER_ID) -> set[int]:
        headers = documents.issuer.headers(Role.COMMISSION, subject)
        paths = (
            f"/editions/{edition.edition_id}",
            f"/editions/{edition.edition_id}/content",
            f"/cers/{CER_ID}/editions/cer_sans_decision",
        )
        seen = (await documents.client.get(f"/editions?cer_id={CER_ID}", headers=headers)).json()["editions"]
        answers = {(await documents.client.get(path, headers=headers)).status_code for path in paths}
        assert bool(seen) is (answers == {200})
        return answers

    assert await statuses() == {404}
    await documents.hear(file(FileOpenedToCommission, 4))
    assert await statuses() == {200}
    assert await statuses("member-9") == {404}
    documents.app.state.clock = FixedClock(SITS_AT + timedelta(days=31))
    assert await statuses() == {404}
    documents.app.state.clock = FixedClock(SITS_AT)
    await documents.hear(file(FileClosedToCommission, 7))
    assert await statuses() == {404}


async def test_an_erased_person_takes_the_papers_along_which_are_made_anew_without_them(
    documents: Documents, tmp_path: Path
) -> None:
    await convened(documents)
    assert len(list((tmp_path / "objects").rglob("*.pdf"))) == 1
    ids = (str(DOSSIER_ID), str(CER_ID))

    assert await documents.hear(sample(DossierErased)) == "done"
    assert await FORGETTING.worker(documents.database, documents.files).work_once()

    assert await listed(documents) == []
    assert list((tmp_path / "objects").rglob("*.pdf")) == []
    left = {cell.split(".")[0] for cell in await cells_with(documents.database, *ids)}
    assert left <= {"erased", "outbox", "work"}
    await documents.hear(session(SessionChanged, 5, (CER_ID, 4), (OTHER_CER_ID, 4)))
    await documents.work()
    (agenda,) = await listed(documents)
    page = words((await downloaded(documents, agenda, Role.SERVICE_INSERTION, "agent-1")).content)
    assert "Karim Modèle" in page
    assert "Jeanne Fictive" not in page
