"""Downloads: by a link of one agent for some minutes, in parts, checked again each time."""

from datetime import timedelta

import pytest

from shared.events.documents import EditionRendered
from shared.kernel.clock import FixedClock, SystemClock
from shared.kernel.ids import new_id
from shared.security.principal import Role
from tests.builders import documents as build
from tests.builders.events import TERRITORY
from tests.integration.documents.conftest import Documents

pytestmark = pytest.mark.integration


async def link(documents: Documents, told: EditionRendered, role: Role = Role.SERVICE_INSERTION) -> str:
    answer = await documents.get(f"/editions/{told.edition_id}/link", role, TERRITORY)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return str(answer.json()["url"])


@pytest.fixture
async def told(documents: Documents) -> EditionRendered:
    return await documents.made(build.ready_to_sign())


async def test_a_link_gives_the_file_to_save(documents: Documents, told: EditionRendered) -> None:
    answer = await documents.get(await link(documents, told))
    assert (answer.status_code, answer.content) == (200, await documents.files.get(told.document))
    assert answer.headers["content-disposition"].startswith('attachment; filename="CER no 3 - sans decision.pdf"')
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("path", ["link", "content"])
async def test_it_is_read_in_parts(documents: Documents, told: EditionRendered, path: str) -> None:
    url = await link(documents, told) if path == "link" else f"/editions/{told.edition_id}/content"
    whole = await documents.files.get(told.document)
    size = len(whole)
    head = await documents.client.head(url, headers=documents.issuer.headers(Role.SERVICE_INSERTION))
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(size))
    assert head.headers["accept-ranges"] == "bytes"
    part = await documents.get(url, Range="bytes=1000-1999", If_Range=head.headers["etag"])
    assert (part.status_code, part.content) == (206, whole[1000:2000])
    assert part.headers["content-range"] == f"bytes 1000-1999/{size}"
    assert (await documents.get(url, Range="bytes=0-9", If_Range='"x"')).content == whole
    assert (await documents.get(url, Range="bytes=0-1,3-4")).content == whole
    beyond = await documents.get(url, Range=f"bytes={size}-")
    assert (beyond.status_code, beyond.json()["type"]) == (416, "urn:cer:problem:range-not-satisfiable")


async def test_a_damaged_file_is_refused_in_parts_too(documents: Documents, told: EditionRendered) -> None:
    root = documents.app.state.files._folder
    stored = root / told.document.uri.removeprefix("object:")
    stored.write_bytes(stored.read_bytes()[:-1])
    answer = await documents.get(await link(documents, told), Range="bytes=0-9")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:cer:problem:object-altered")


async def test_it_opens_nothing_to_another_agent(documents: Documents, told: EditionRendered) -> None:
    url = await link(documents, told)
    other = documents.issuer.headers(Role.SERVICE_INSERTION, sub="agent-other")
    answer = await documents.client.get(url, headers=other)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:cer:problem:link-of-another-agent")
    assert (await documents.client.get(url)).status_code == 401


async def test_it_expires_and_a_forged_one_never_held(documents: Documents, told: EditionRendered) -> None:
    url = await link(documents, told)
    documents.app.state.clock = FixedClock(SystemClock().now() + timedelta(minutes=5))
    answer = await documents.get(url)
    assert (answer.status_code, answer.json()["type"]) == (410, "urn:cer:problem:link-expired")
    forged = await documents.get(url[:-4] + "AAAA")
    assert (forged.status_code, forged.json()["type"]) == (403, "urn:cer:problem:link-forged")


async def test_their_rights_are_asked_again(documents: Documents, told: EditionRendered) -> None:
    url = await link(documents, told, Role.REFERENT)
    assert (await documents.get(url, Role.REFERENT, TERRITORY)).status_code == 200
    assert (await documents.get(url, Role.REFERENT, "privas")).status_code in {403, 404}
    assert (await documents.get(url, Role.SECRETARIAT, TERRITORY)).status_code == 403


async def test_no_link_without_the_right_to_the_edition(documents: Documents, told: EditionRendered) -> None:
    assert (await documents.get(f"/editions/{new_id()}/link")).status_code == 404
    path = f"/editions/{told.edition_id}/link"
    assert (await documents.get(path, Role.REFERENT, "privas")).status_code in {403, 404}
    for role in (Role.SECRETARIAT, Role.PARTNER, Role.ADMIN):
        assert (await documents.get(path, role, TERRITORY)).status_code == 403
    # To whom nothing was opened: they may not even know of it.
    assert (await documents.get(path, Role.COMMISSION, TERRITORY)).status_code == 404
