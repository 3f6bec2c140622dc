"""Rows of the journal: what is written of an event, and how a repeat is known."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from bridge.postgres import Connection, Pool
from bridge.queries import load
from ingress.journal.delivery import Delivery
from schemas.words import Source

QUERIES = load(__file__, "journal.sql")


class GoneError(Exception):
    """The connection was deleted meanwhile."""


class Entry(NamedTuple):
    """A delivery with the bytes that it came in."""

    connection_id: int
    request_id: str
    content_type: str
    body: bytes
    delivery: Delivery
    source: Source = "webhook"
    trace: str | None = None

    @property
    def document(self) -> tuple[int, str, str]:
        """The document of the journal's row."""
        return self.connection_id, self.delivery.entity, self.delivery.zoho_id


class Recorded(NamedTuple):
    """The journal's row: its number and state, and whether this delivery made it."""

    event_id: int
    state: str
    new: bool


async def record(
    database: Connection | Pool, entries: Sequence[Entry]
) -> dict[tuple[int, str, str], Recorded]:
    """Journal entries, a document at most once; gives the rows by document, new or repeated."""
    rows = await QUERIES.record(database, **_columns(entries))
    recorded = dict(_recorded(rows, new=True))
    if len(recorded) < len(entries):
        missing = [entry for entry in entries if entry.document not in recorded]
        rows = await QUERIES.find_repeats(database, **_keys(missing))
        recorded.update(_recorded(rows, new=False))
    return recorded


async def record_now(database: Connection | Pool, entry: Entry) -> Recorded:
    """Journal one event, in the open transaction if there is one, without waiting for others.

    Raises GoneError, or asyncpg's errors.
    """
    recorded = (await record(database, [entry])).get(entry.document)
    if recorded is None:
        raise GoneError
    return recorded


def _recorded(rows: Sequence[Any], *, new: bool) -> Iterator[tuple[tuple[int, str, str], Recorded]]:
    for event_id, connection_id, entity, zoho_id, state in rows:
        yield (connection_id, entity, zoho_id), Recorded(event_id, state, new)


def _keys(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    deliveries = [entry.delivery for entry in entries]
    return {
        # As texts, which the driver takes in at a fraction of the cost of other elements.
        "connections": [str(entry.connection_id) for entry in entries],
        "entities": [delivery.entity for delivery in deliveries],
        "zoho_ids": [delivery.zoho_id for delivery in deliveries],
        "triggers": [delivery.trigger for delivery in deliveries],
        "fingerprints": [delivery.fingerprint for delivery in deliveries],
    }


def _columns(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    deliveries = [entry.delivery for entry in entries]
    return _keys(entries) | {
        "versioned": [delivery.versioned for delivery in deliveries],
        "touches": [" ".join(delivery.touches) for delivery in deliveries],
        "modified": [at and at.isoformat() for at in (each.modified_at for each in deliveries)],
        "types": [entry.content_type for entry in entries],
        "bodies": [entry.body for entry in entries],
        "requests": [entry.request_id for entry in entries],
        "states": [delivery.state for delivery in deliveries],
        "reasons": [delivery.reason for delivery in deliveries],
        "sources": [entry.source for entry in entries],
        "traces": [entry.trace for entry in entries],
    }
