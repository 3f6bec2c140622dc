"""One trace goes from Zoho's webhook to the call of Xero, through queue, database and processes."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import asyncpg
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.journeys import clerk
from tests.journeys.house import House, answering

ROLES = ("ingress", "processor", "outbox")


@dataclass
class Collector:
    """Takes spans over OTLP, as an operator's collector does."""

    url: str
    spans: list[Any] = field(default_factory=list)

    def of(self, trace_id: str) -> dict[str, list[Any]]:
        """The spans of one trace, by name."""
        found: dict[str, list[Any]] = {}
        for span in self.spans:
            if span.trace_id.hex() == trace_id:
                found.setdefault(span.name, []).append(span)
        return found


@pytest.fixture
def collector() -> Iterator[Collector]:
    spans: list[Any] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            given = ExportTraceServiceRequest.FromString(body)
            scopes = [scope for each in given.resource_spans for scope in each.scope_spans]
            spans.extend(span for scope in scopes for span in scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  its name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Collector(f"http://127.0.0.1:{server.server_port}", spans)
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_trace_survives_the_queue_and_three_processes(
    house: House, database: "asyncpg.Connection[asyncpg.Record]", collector: Collector
) -> None:
    house.environment |= {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    await house.bridge("migrate")
    await house.start(*ROLES)
    await answering(house.client, f"{house.url}/readyz")
    await house.apply()
    customer = await clerk.customer(house, "Acme")
    await (
        house.settled()
    )  # knocks that are published together share a span, in the first one's trace
    invoice = await clerk.invoice(house, customer, 100)
    await house.settled()
    for role in ROLES:
        await house.stop(role)

    stored = await database.fetchval(
        "SELECT traceparent FROM events WHERE entity = 'invoice' AND zoho_id = $1",
        str(invoice["invoice_id"]),
    )
    trace_id = stored.split("-")[1]
    spans = collector.of(trace_id)
    assert {"webhook.received", "knocks.published", "event.decided", "attempt.sent"} <= set(spans)
    door, [decided], [call] = (
        spans["webhook.received"],
        spans["event.decided"],
        spans["PUT Invoices"],
    )
    [attempt] = [span for span in spans["attempt.sent"] if span.span_id == call.parent_span_id]
    assert decided.parent_span_id == door[0].span_id
    assert attempt.parent_span_id == decided.span_id
    assert {a.key: a.value.int_value for a in call.attributes}["http.response.status_code"] == 200
    commands = await database.fetch("SELECT traceparent FROM commands WHERE kind = 'invoice.put'")
    assert [row["traceparent"].split("-")[1] for row in commands] == [trace_id]
    for role, event in (
        ("ingress", "event.received"),
        ("processor", "event.decided"),
        ("outbox", "attempt.ended"),
    ):
        assert trace_id in traces_of(house, role, event)


def traces_of(house: House, role: str, event: str) -> set[str]:
    """The traces that a role's log lines of one kind name."""
    lines = (house.folder / f"{role}.log").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines if line.startswith("{")]
    return {line["trace_id"] for line in found if line["event"] == event and "trace_id" in line}
