"""Without an endpoint nothing is traced; with one, what is stored is what is read back."""

import json
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bridge import tracing
from bridge.otel import OpenTelemetry


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.use(OpenTelemetry(provider.get_tracer("test")))
    yield exporter
    tracing.use(None)
    provider.shutdown()


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_traces_are_off_unless_an_endpoint_is_named(environ: dict[str, str], wanted: bool) -> None:
    assert tracing.wanted(environ) is wanted


def test_nothing_is_stored_while_nothing_is_traced() -> None:
    with tracing.span("webhook.received"):
        tracing.note(status=200)

        assert tracing.current() is None
        assert tracing.label(None, "info", {"event": "x"}) == {"event": "x"}


def test_a_span_goes_on_from_what_was_stored_and_links_the_rest(
    spans: InMemorySpanExporter,
) -> None:
    stored = []
    for _ in range(2):
        with tracing.span("event.decided"):
            stored.append(tracing.current())
    with tracing.span("attempt.sent", [None, *stored, "nonsense"]):
        line = tracing.label(None, "info", {"event": "attempt.ended"})

    first, second, attempt = (span.to_json() for span in spans.get_finished_spans())
    assert id_of(json.loads(attempt)["parent_id"]) == id_of(json.loads(first)["context"]["span_id"])
    [link] = json.loads(attempt)["links"]
    assert link["context"]["span_id"] == json.loads(second)["context"]["span_id"]
    assert int(line["trace_id"], 16) == id_of(json.loads(first)["context"]["trace_id"])


def id_of(text: str) -> int:
    return int(text, 16)
