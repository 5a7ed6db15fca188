"""Codes, links, the pepper and the providers' credentials: where they have to be, and nowhere else, whatever fails."""

import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.signature.application.commands import receipts
from shared.kernel.clock import FixedClock
from shared.sms.receipts import receipts_key
from tests.builders.canaries import files_with
from tests.builders.signature import NOW
from tests.fixtures.sms_provider import DROPPING, SILENT, Answer, Asked, Behaviour, OvhApi, SmsProvider, sms_provider
from tests.integration.signature.conftest import Signature, assembled
from tests.integration.signature.test_phone import HOST, phone_of

pytestmark = pytest.mark.integration

# Of the providers' accounts. The emulated ones repeat them in their errors, as careless ones do.
APPLICATION, SECRET, CONSUMER, BEARER = "app-KBDFGHJ", "secret-QVWXZLM", "consumer-RTPNBCD", "bearer-HJKLMNP"
ECHO = {"message": f"{CONSUMER} {SECRET} {BEARER} may not send this"}


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Every span of the test."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield exporter
    exporter.shutdown()


@asynccontextmanager
async def with_two_providers(folder: Path, database_url: str) -> AsyncIterator[tuple[Signature, OvhApi, SmsProvider]]:
    """The service before OVH, and another provider behind it."""
    (folder / "keys").mkdir(exist_ok=True)
    async with sms_provider() as ovh, sms_provider() as other:
        api = OvhApi(SECRET, CONSUMER, int(NOW.timestamp()), ovh.url)
        ovh.behaves = api
        account = {"application_key": APPLICATION, "application_secret": SECRET, "consumer_key": CONSUMER}
        described = {"url": f"{other.url}/sms", "headers": {"Authorization": f"Bearer {BEARER}"}}
        (folder / "keys" / "sms-ovh.json").write_text(
            json.dumps({**account, "service": "sms-ab1", "url": f"{ovh.url}/1.0"})
        )
        (folder / "keys" / "sms-http.json").write_text(json.dumps(described))
        settings: dict[str, Any] = {
            "sms_provider": "ovh",
            "sms_fallback": "http",
            "public_url": HOST,
            "sms_timeout_seconds": 2.0,
        }
        async with assembled(folder, database_url, FixedClock(NOW), **settings) as service:
            service.app.state.means = replace(service.means, sms=service.app.state.gateway)
            yield service, api, Both(ovh, other)


class Both(SmsProvider):
    """What reached either provider."""

    def __init__(self, ovh: SmsProvider, other: SmsProvider) -> None:
        super().__init__()
        self.ovh, self.other = ovh, other

    @property
    def texts(self) -> list[str]:
        """The SMS, in order of their provider."""
        bodies = [one.json for one in (*self.ovh.sms, *self.other.sms)]
        return [body.get("message") or body["text"] for body in bodies]


async def everything_goes_wrong(service: Signature, api: OvhApi, both: SmsProvider) -> list[httpx.Response]:
    """Three codes: refused by one provider and lost by the other, lost, sent; then typed wrong, and right."""
    assert isinstance(both, Both)

    def careless(_: Asked) -> Behaviour:
        return Answer(500, ECHO)

    await service.open()
    await service.mark_read()
    both.other.behaves = careless
    answers = []
    for job in (Answer(403, ECHO), SILENT, api.job):
        api.job = job
        service.clock.instant += timedelta(seconds=31)
        api.time += 31
        answers.append(await service.post("codes"))
    assert [code["status"] for code in answers[-1].json()["codes"]] == ["unknown", "unknown", "sent"]
    last = both.ovh.sms[-1].json["message"]
    found = re.search(r"Code (\d{6})", last)
    assert found is not None
    wrong = f"{(int(found[1]) + 1) % 1_000_000:06d}"
    answers.append(await service.post("signature", {"code": wrong}))
    telephone = phone_of(service)
    shown = await telephone.follow(last.rpartition(" ")[2])
    answers += [shown, await telephone.submit(shown, "/s/code", code=wrong)]
    api.outgoing = Answer(200, {"id": 2714, "ptt": 3, "message": last})
    assert await receipts.ask(service.means) == 1
    api.outgoing = DROPPING
    await receipts.ask(service.means)
    key = receipts_key(service.means.pepper, "ovh")
    answers.append(await service.client.get(f"/sms/receipts/ovh?key={key}&id=2714&ptt=4"))
    answers.append(await service.client.get(f"/sms/receipts/ovh?key={key[1:]}&id=2714&ptt=4"))
    done = await telephone.submit(shown, "/s/refus", nonce="x")
    answers += [done, await service.post("signature", {"code": found[1]})]
    assert answers[-1].json()["state"] == "signed"
    await service.worker.work_once()
    await telephone.client.aclose()
    session = telephone.client.cookies.get("__Host-cer") or ""
    assert len(session) == 22
    service.app.state.secrets = [session, key, wrong]
    return answers


async def test_no_secret_is_found_where_it_does_not_belong(
    service_database_url: str,
    tmp_path: Path,
    spans: InMemorySpanExporter,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    # As `set_up_logs` has it; here it would also tell the addresses that the test itself asks for.
    caplog.set_level(logging.ERROR, "httpx")
    async with with_two_providers(tmp_path, service_database_url) as (service, api, both):
        answers = await everything_goes_wrong(service, api, both)
        assert isinstance(both, Both)
        codes = [re.findall(r"\b\d{6}\b", text)[0] for text in both.texts] + service.app.state.secrets[2:]
        tokens = [text.rpartition("?")[2] for text in both.texts] + service.app.state.secrets[:2]
        pepper = service.means.pepper
        credentials = [SECRET, CONSUMER, BEARER, APPLICATION, pepper.decode("latin-1"), pepper.hex()]
        captured = capsys.readouterr()
        places = {
            "database": await service.dump(),
            "logs": caplog.text + captured.out + captured.err,
            "traces": "\n".join(span.to_json() for span in spans.get_finished_spans()),
            "answers": "\n".join(answer.text for answer in answers if b"<form" not in answer.content),
        }

    assert len(codes) == 5
    assert len(tokens) == 6
    assert "/sms/receipts/{provider}" in places["traces"]
    assert "sms.not_confirmed" in places["logs"]
    assert "signed" in places["database"]
    alone = [re.compile(rf"(?<![\w.-]){code}(?![\w-])") for code in codes]
    assert [(name, code.pattern) for name, place in places.items() for code in alone if code.search(place)] == []
    found = [(name, word[:4]) for name, place in places.items() for word in (*tokens, *credentials) if word in place]
    assert found == []
    # In files: the credentials in the key folder alone, the codes and the links in none, the evidence among them.
    assert files_with(tmp_path, *tokens) == set()
    assert {name.split("/")[0] for name in files_with(tmp_path, *credentials[:4])} == {"keys"}


@pytest.mark.parametrize("file", ["sms-ovh.json", "sms-http.json"])
async def test_a_wrong_file_of_credentials_is_refused_at_the_start_without_repeating_it(
    service_database_url: str, tmp_path: Path, file: str
) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / file).write_text(json.dumps({"url": "http://x", "consumer_key": [CONSUMER], "odd": SECRET}))
    provider = file.removeprefix("sms-").removesuffix(".json")

    with pytest.raises(ValueError, match=r"validation error") as refusal:
        async with assembled(tmp_path, service_database_url, FixedClock(NOW), sms_provider=provider):
            pass
    assert CONSUMER not in str(refusal.value)
    assert SECRET not in str(refusal.value)
