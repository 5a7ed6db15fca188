"""OpenTelemetry: one trace for each action, carried through the outbox and across consumers."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, Status
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()

tracer = trace.get_tracer("cer")


def set_up_traces(service: str, target: str) -> TracerProvider:
    """Starts tracing. `target`: `none`, `file:PATH` (one JSON span a line), `zipkin:URL` or `otlp:URL`.

    Without a target spans are still made, so that traceparents travel and logs name their trace.
    """
    provider = TracerProvider(resource=Resource.create({"service.name": f"cer-{service}"}))
    exporter = _exporter(target)
    if exporter is not None:
        provider.add_span_processor(BatchSpanProcessor(WithoutWords(exporter), schedule_delay_millis=500))
    trace.set_tracer_provider(provider)
    return provider


def _exporter(target: str) -> SpanExporter | None:
    kind, _, where = target.partition(":")
    if kind == "none":
        return None
    if kind == "file":
        Path(where).parent.mkdir(parents=True, exist_ok=True)
        return ConsoleSpanExporter(out=Path(where).open("a", encoding="utf-8"), formatter=_one_line)
    if kind == "zipkin":
        from opentelemetry.exporter.zipkin.json import ZipkinExporter  # noqa: PLC0415 - only where it is wanted

        return ZipkinExporter(endpoint=where)
    if kind == "otlp":
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )

        return OTLPSpanExporter(endpoint=where)
    raise ValueError(f"CER_TRACES: « {target} » is none of none, file:PATH, zipkin:URL, otlp:URL")


class WithoutWords(SpanExporter):
    """Sends spans on without the messages of exceptions, as the logs do: those repeat what was sent or stored.

    Instrumentations write them into a span's status and into its events of their own accord; so do they write the
    addresses and devices of clients, which are left out too.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_without_words(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


# Who asks, from where and with which device: personal data that the instrumentation of HTTP servers writes.
_OF_CLIENTS = {
    "net.peer.ip", "net.peer.port", "net.peer.name", "http.client_ip", "http.user_agent", "user_agent.synthetic.type",
    "client.address", "client.port", "network.peer.address", "network.peer.port", "user_agent.original",
}  # fmt: skip


def _without_words(span: ReadableSpan) -> ReadableSpan:
    # An address that this process itself calls is a server's, not a person's.
    of_clients = _OF_CLIENTS & (span.attributes or {}).keys() if span.kind is SpanKind.SERVER else set()
    if not span.events and not span.status.description and not of_clients:
        return span
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={name: value for name, value in (span.attributes or {}).items() if name not in of_clients},
        events=[_kind_only(event) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _kind_only(event: Event) -> Event:
    kept = {name: value for name, value in (event.attributes or {}).items() if name == "exception.type"}
    return Event(event.name, kept, event.timestamp)


def _one_line(span: ReadableSpan) -> str:
    return str(span.to_json(indent=None)) + "\n"


def current_traceparent() -> str | None:
    """The W3C traceparent of the running span, to store with what goes on later."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get("traceparent")


def context_of(traceparent: str | None) -> Context | None:
    """The context to go on in, from a stored traceparent."""
    return _PROPAGATOR.extract({"traceparent": traceparent}) if traceparent else None


@contextmanager
def continued(traceparent: str | None) -> Iterator[None]:
    """Goes on in a stored trace, or in none, for as long as this lasts."""
    token = attach(context_of(traceparent) or Context())
    try:
        yield
    finally:
        detach(token)


def current_trace_id() -> str | None:
    """The running trace's id in hexadecimal, if there is one."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


@contextmanager
def command_trace(service: str, target: str, name: str) -> Iterator[None]:
    """Traces a command of the command line, as part of the trace that `TRACEPARENT` names if it does.

    The variable is that of OpenTelemetry's specification (environment variables as context propagation carriers).
    """
    provider = set_up_traces(service, target)
    try:
        with tracer.start_as_current_span(name, context=context_of(os.environ.get("TRACEPARENT"))):
            yield
    finally:
        provider.force_flush()
