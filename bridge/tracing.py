"""Traces: off, and free of cost, unless the standard OTEL_* variables name an endpoint."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

from structlog.types import EventDict

from bridge.spans import Kind, Tracer

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
# The one tracer of the process; None while nothing is traced.
_tracer: Tracer | None = None


def wanted(environ: Mapping[str, str]) -> bool:
    """Whether the standard variables ask for traces."""
    off = environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    none = environ.get("OTEL_TRACES_EXPORTER", "otlp") == "none"
    return not (off or none) and any(environ.get(name) for name in ENDPOINTS)


def start() -> Callable[[], None]:
    """Trace from now on, if the environment asks for it; returns what sends the rest at the end."""
    if not wanted(os.environ):
        return lambda: None
    from bridge import otel  # noqa: PLC0415  takes time that nobody who does not trace should spend

    tracer, end = otel.exporting()
    use(tracer)
    return end


def use(tracer: Tracer | None) -> None:
    """Trace with this tracer; None ends it."""
    global _tracer  # noqa: PLW0603  a process has one; to ask for none must cost nothing
    _tracer = tracer


def on() -> bool:
    """Whether this process traces."""
    return _tracer is not None


def span(
    name: str,
    parents: Sequence[str | None] = (),
    kind: Kind = "INTERNAL",
    **attributes: str | int,
) -> AbstractContextManager[None]:
    """Open a span around a block: what happens in it becomes its child, log lines carry its ids.

    `parents` are stored traceparents: the first is the parent, the others are linked. Without any
    it hangs on the span around it. Two underscores in an attribute's name are a dot. Attributes
    never hold what a document says.
    """
    return nullcontext() if _tracer is None else _tracer.span(name, parents, kind, attributes)


def current() -> str | None:
    """The traceparent of the span around us, to be stored beside what it made; None without one."""
    return None if _tracer is None else _tracer.current()


def note(**attributes: str | int) -> None:
    """Add to the span around us what was found out in it."""
    if _tracer is not None:
        _tracer.note(attributes)


def label(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Let a log line name the trace and the span that it belongs to."""
    traceparent = current()
    if traceparent is not None:
        _, event["trace_id"], event["span_id"], _ = traceparent.split("-")
    return event
