"""The pages of the remise, in a browser: the signed CER is reached by who has no mouse or cannot see."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.events.signature import SignatureCompleted
from shared.runtime.roles import ProcessRole
from shared.security.pepper import ensure_pepper
from tests.builders.notifications import readable
from tests.fixtures.browser import Screen, address, listening, screen, served
from tests.fixtures.sms_provider import SmsProvider, sms_provider
from tests.fixtures.smtp import Provider
from tests.integration.notifications.conftest import NO_KAFKA, notifications_at

pytestmark = pytest.mark.integration

PDF = b"%PDF-1.7 signed, made up\n%%EOF\n"


@pytest.fixture
def port() -> Iterator[socket.socket]:
    with listening() as opened:
        yield opened


@dataclass
class Phone:
    """The person's phone: its browser, where the link of the mail leads, and its SMS."""

    shown: Screen
    mobile: SmsProvider

    @property
    def code(self) -> str:
        """Of the last SMS."""
        found = re.search(r"\b\d{6}\b", self.mobile.sms[-1].json["text"])
        assert found is not None
        return found[0]


@pytest.fixture
async def phone(
    service_database_url: str, tmp_path: Path, provider: Provider, port: socket.socket
) -> AsyncIterator[Phone]:
    """The person has received the mail, and opens its link."""
    (tmp_path / "keys").mkdir()
    ensure_pepper(tmp_path / "keys")
    only_api = frozenset({ProcessRole.API})
    async with sms_provider() as mobile:
        site: dict[str, Any] = {"public_url": address(port), "signed_cer": "link", "sms_url": mobile.url}
        async with (
            notifications_at(service_database_url, tmp_path, NO_KAFKA, provider.port, only_api, **site) as service,
            served(service.app, port),
            screen() as shown,
        ):
            document = await service.files_of("signature").put("signed.pdf", PDF)
            await service.hear(readable(service.keys, SignatureCompleted, document=document))
            await service.work_all()
            (mail,) = [mail for mail in provider.taken if mail["To"] == "jeanne.fictive@example.org"]
            body = mail.get_body(("plain",))
            assert body is not None
            link = re.search(rf"{address(port)}/r\?\S+", body.get_content())
            assert link is not None
            await shown.page.goto(link[0])
            yield Phone(shown, mobile)


async def test_the_signed_cer_is_downloaded_by_the_keyboard_alone(phone: Phone) -> None:
    page, keyboard = phone.shown.page, phone.shown.page.keyboard
    assert await phone.shown.faults() == []
    for typed in ("", "code"):
        await keyboard.press("Tab")
        if typed:
            assert await page.evaluate("document.activeElement.id") == "code"
            await keyboard.type(phone.code)
        async with page.expect_navigation():
            await keyboard.press("Enter")
        assert await phone.shown.faults() == []

    assert page.url.endswith("/r/contrat")
    await keyboard.press("Tab")
    async with page.expect_download() as downloading:
        await keyboard.press("Enter")
    download = await downloading.value
    assert download.suggested_filename == "CER-1-signe.pdf"
    assert await asyncio.to_thread(Path(await download.path()).read_bytes) == PDF


async def test_a_wrong_code_is_told_at_its_field_and_too_many_end_it(phone: Phone) -> None:
    page = phone.shown.page
    await page.get_by_role("button", name="Recevoir un code par SMS").click()
    told = []
    for number in range(1, 6):
        field = page.get_by_label("Code à 6 chiffres")
        await field.fill(f"{(int(phone.code) + number) % 10**6:06d}")
        async with page.expect_navigation():
            await field.press("Enter")
        told.append(await page.locator("[role=alert], [role=status]").inner_text())
        assert [fault for fault in await phone.shown.faults() if not fault.startswith("/r/code: ")] == []
        if len(told) == 1:
            assert await page.title() == "Erreur : Saisir le code – Contrat signé (CER)"
            assert await page.evaluate("document.activeElement.id") == "code"

    assert told[0] == "Ce n'est pas le code du dernier SMS. Il vous reste 4 essais."
    assert told[-1].startswith("5 codes ont été essayés")
