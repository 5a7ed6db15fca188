"""The pages on the person's own phone, in a browser: read, signed and refused by who has no mouse or cannot see."""

import re
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator

from shared.kernel.clock import FixedClock
from tests.builders.signature import NOW
from tests.fixtures.browser import Screen, address, listening, screen, served
from tests.integration.signature.conftest import Signature, assembled

pytestmark = pytest.mark.integration


@pytest.fixture
def port() -> Iterator[socket.socket]:
    with listening() as opened:
        yield opened


@pytest.fixture
async def signature(service_database_url: str, tmp_path: Path, port: socket.socket) -> AsyncIterator[Signature]:
    """The service, reached at a port of this machine; its person has received the SMS."""
    async with (
        assembled(tmp_path, service_database_url, FixedClock(NOW), public_url=address(port)) as service,
        served(service.app, port),
    ):
        await service.open_and_send()
        yield service


@pytest.fixture
async def phone(signature: Signature) -> AsyncIterator[Screen]:
    """The browser of the person's phone, where the link of the SMS leads."""
    link = re.search(r"https?://\S+", signature.phone.received[-1][1])
    assert link is not None
    async with screen() as shown:
        await shown.page.goto(link[0])
        yield shown


async def opened(phone: Screen) -> list[Locator]:
    """Opens the contract, and waits for the images of its pages."""
    await phone.page.get_by_role("button", name="Ouvrir mon contrat").click()
    images = await phone.page.get_by_role("img").all()
    for image in images:
        await image.scroll_into_view_if_needed()
        await image.evaluate("image => image.decode()")
    return images


async def test_the_contract_is_read_and_signed_by_the_keyboard_alone(signature: Signature, phone: Screen) -> None:
    assert await phone.faults() == []
    await phone.page.keyboard.press("Tab")
    await phone.page.keyboard.press("Enter")
    await phone.page.wait_for_url("**/s/contrat")
    assert await phone.faults() == []
    await phone.page.keyboard.press("Tab")
    assert await phone.page.evaluate("document.activeElement.textContent") == "Aller à la saisie du code"
    await phone.page.keyboard.press("Enter")
    await phone.page.keyboard.press("Tab")
    assert await phone.page.evaluate("document.activeElement.id") == "code"

    await phone.page.keyboard.type(signature.phone.code)
    async with phone.page.expect_navigation():
        await phone.page.keyboard.press("Enter")

    assert "Votre contrat est signé" in await phone.text()
    assert await phone.faults() == []
    assert (await signature.view())["state"] == "signed"


async def test_every_page_is_seen_as_an_image_and_read_as_a_text(signature: Signature, phone: Screen) -> None:
    images = await opened(phone)
    for summary in await phone.page.locator("summary").all():
        await summary.click()

    assert len(images) == 3
    assert "Page 2" in await phone.text()
    assert await phone.faults() == []


async def test_a_wrong_code_is_told_at_its_field_and_too_many_end_it(signature: Signature, phone: Screen) -> None:
    await opened(phone)
    told = []
    for wrong in signature.phone.other_codes(5):
        field = phone.page.get_by_label("Code à 6 chiffres")
        await field.fill(wrong)
        async with phone.page.expect_navigation():
            await field.press("Enter")
        told.append(await phone.page.locator("[role=alert], [role=status]").inner_text())
        assert [fault for fault in await phone.faults() if not fault.startswith("/s/code: ")] == []
        if len(told) == 1:
            assert await phone.page.title() == "Erreur : Lire et signer – Signature du CER"
            assert await phone.page.evaluate("document.activeElement.id") == "code"
            assert await field.get_attribute("aria-describedby") == "erreur aide"

    assert told[0] == "Ce n'est pas le code du SMS. Il vous reste 4 essais."
    assert "Trop de codes" in told[-1]


async def test_refusing_is_as_easy_as_signing(signature: Signature, phone: Screen) -> None:
    await opened(phone)
    async with phone.page.expect_navigation():
        await phone.page.get_by_role("button", name="Refuser de signer").click()

    assert "Vous avez refusé de signer" in await phone.text()
    assert await phone.faults() == []
    assert (await signature.view())["state"] == "refused"
