"""A trace tells where something failed and with what kind of error, never in which words."""

import io

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

from shared.http.problems import install_problem_handlers
from shared.telemetry.traces import WithoutWords, command_trace, current_trace_id, current_traceparent

CANARY = "Mme Martin, 06 39 98 00 01"


@pytest.fixture
def traced() -> tuple[TracerProvider, io.StringIO]:
    out = io.StringIO()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(WithoutWords(ConsoleSpanExporter(out=out))))
    return provider, out


async def test_a_request_that_fails_leaves_the_kind_of_error_only(traced: tuple[TracerProvider, io.StringIO]) -> None:
    provider, out = traced
    app = FastAPI()
    install_problem_handlers(app)

    @app.get("/dossiers")
    async def fail() -> None:
        raise LookupError(CANARY)

    FastAPIInstrumentor.instrument_app(app, tracer_provider=provider)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://service.test"
    ) as client:
        answer = await client.get("/dossiers")

    assert answer.status_code == 500
    assert CANARY not in answer.text
    assert "LookupError" in out.getvalue()
    assert CANARY not in out.getvalue()


async def test_a_request_leaves_neither_the_address_nor_the_device_of_who_asks(
    traced: tuple[TracerProvider, io.StringIO],
) -> None:
    provider, out = traced
    app = FastAPI()

    @app.get("/dossiers")
    async def answer() -> None:
        """Nothing."""

    FastAPIInstrumentor.instrument_app(app, tracer_provider=provider)
    transport = httpx.ASGITransport(app, client=("203.0.113.7", 50123))
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as client:
        await client.get("/dossiers", headers={"User-Agent": "Appareil d'essai", "X-Forwarded-For": "203.0.113.8"})

    assert '"http.route": "/dossiers"' in out.getvalue()
    assert [word for word in ("203.0.113", "50123", "Appareil") if word in out.getvalue()] == []


def test_a_span_of_ours_that_fails_leaves_the_kind_of_error_only(traced: tuple[TracerProvider, io.StringIO]) -> None:
    provider, out = traced
    with (
        pytest.raises(LookupError),
        provider.get_tracer("cer").start_as_current_span("work mail", attributes={"cer.work.kind": "mail"}),
    ):
        raise LookupError(CANARY)

    assert "LookupError" in out.getvalue()
    assert '"cer.work.kind": "mail"' in out.getvalue()
    assert CANARY not in out.getvalue()


def test_a_command_goes_on_in_the_trace_that_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    monkeypatch.setenv("TRACEPARENT", f"00-{trace_id}-b7ad6b7169203331-01")
    with command_trace("contracts", "none", "import cnaf"):
        assert current_trace_id() == trace_id
        assert trace_id in str(current_traceparent())
