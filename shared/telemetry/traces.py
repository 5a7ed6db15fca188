"""OpenTelemetry: one trace for each action, carried through the outbox and across consumers."""

from pathlib import Path

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
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
        provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=500))
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


def current_trace_id() -> str | None:
    """The running trace's id in hexadecimal, if there is one."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None
