"""Traces by OpenTelemetry: spans go out by OTLP over HTTP, as the OTEL_* variables say."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanKind, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from bridge.spans import Attributes, Kind

SERVICE: Final = "zoho-xero-bridge"
W3C: Final = TraceContextTextMapPropagator()


def exporting() -> tuple["OpenTelemetry", Callable[[], None]]:
    """Make a tracer that exports, and what ends it: the last spans are sent then."""
    name = os.environ.get("OTEL_SERVICE_NAME", SERVICE)
    resource = Resource.create({"service.name": name})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return OpenTelemetry(provider.get_tracer("bridge")), provider.shutdown


class OpenTelemetry:
    """`bridge.spans.Tracer` on OpenTelemetry."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer = tracer

    @contextmanager
    def span(
        self, name: str, parents: Sequence[str | None], kind: Kind, attributes: Attributes
    ) -> Iterator[None]:
        """Open a span: a child of the first parent that reads, linked to the others."""
        contexts = [context for each in parents if each and (context := _read(each))]
        first, others = contexts[:1], contexts[1:]
        with self._tracer.start_as_current_span(
            name,
            context=first[0] if first else None,
            kind=SpanKind[kind],
            attributes=_dotted(attributes),
            links=[Link(get_current_span(each).get_span_context()) for each in others],
        ):
            yield

    def current(self) -> str | None:
        """The span around us in W3C's form."""
        carrier: dict[str, str] = {}
        W3C.inject(carrier)
        return carrier.get("traceparent")

    def note(self, attributes: Attributes) -> None:
        """Add attributes to the span around us."""
        get_current_span().set_attributes(_dotted(attributes))


def _dotted(attributes: Attributes) -> dict[str, str | int]:
    return {name.replace("__", "."): value for name, value in attributes.items()}


def _read(traceparent: str) -> Context | None:
    context = W3C.extract({"traceparent": traceparent}, context=Context())
    return context if get_current_span(context).get_span_context().is_valid else None
