"""What traces, as `bridge.tracing` asks for it and `bridge.otel` does it."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal, Protocol

Kind = Literal["INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"]
Attributes = Mapping[str, str | int]


class Tracer(Protocol):
    """Opens spans, and knows the one around us."""

    def span(
        self, name: str, parents: Sequence[str | None], kind: Kind, attributes: Attributes
    ) -> AbstractContextManager[None]:
        """Open a span around a block."""

    def current(self) -> str | None:
        """The traceparent of the span around us."""

    def note(self, attributes: Attributes) -> None:
        """Add attributes to the span around us."""
