"""Documents that were read from Zoho enter the journal by the door that webhooks come through."""

import time
from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import uuid4

import structlog

from bridge import metrics
from bridge.parts import Parts
from clients.zoho.budget import LIVE
from clients.zoho.documents import Reading, fetch
from clients.zoho.errors import (
    Disconnected,
    NoPermission,
    Throttled,
    Unavailable,
    WrongOrganisation,
    ZohoError,
)
from clients.zoho.session import opened
from ingress.journal.delivery import Delivery, Post, read
from ingress.journal.recording import Entry, record_now
from schemas.words import Ref, Source, Trigger

LOG = structlog.get_logger()
JSON: Final = "application/json"
PATIENCE: Final = 15.0  # seconds that a decision waits for Zoho's limits
REST: Final = 15.0  # seconds in which a Zoho that could not be asked is left alone
LONGEST_REST: Final = 60.0
EVERYTHING: Final = "*"
# What the next document would hear too; a missing permission is for one kind alone.
LASTING: Final = (Disconnected, WrongOrganisation, Unavailable)


def entry_of(
    connection_id: int,
    organization_id: str,
    reading: Reading,
    trigger: Trigger,
    source: Source,
    stamp: datetime | None = None,
) -> Entry:
    """Make the journal's entry of what Zoho answered.

    `stamp` serves where the document itself has none. Raises Unavailable for an answer that would
    not pass as a webhook.
    """
    verdict = read(
        Post(reading.entity, trigger, reading.zoho_id, JSON, reading.body), organization_id
    )
    if not isinstance(verdict, Delivery):
        raise Unavailable(f"Zoho's answer is not {reading.entity} {reading.zoho_id}: {verdict}")
    delivery = verdict if verdict.modified_at else verdict._replace(modified_at=stamp)
    return Entry(connection_id, f"{source}-{uuid4().hex}", JSON, reading.body, delivery, source)


def deletion_of(connection_id: int, ref: Ref, source: Source) -> Entry:
    """Make the journal's entry of a document that is not there any more: nothing but its id."""
    verdict = read(Post(ref.entity, "deleted", ref.zoho_id, JSON, b""), "")
    if not isinstance(verdict, Delivery):
        raise TypeError(f"{ref} can't be told as deleted: {verdict}")
    return Entry(connection_id, f"{source}-{uuid4().hex}", JSON, b"", verdict, source)


class Readings:
    """Reads for decisions, within the limits; a Zoho that can't be asked is left alone a while."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._resting: dict[tuple[int, str], tuple[float, ZohoError]] = {}

    async def read(
        self, connection_id: int, ref: Ref, why: str, settled: Collection[str] = ()
    ) -> int:
        """Read a document and journal it as its newest version; returns the event's number.

        `settled` are refunds whose account is known. Raises ZohoError, NotFound when it is gone.
        """
        try:
            event_id = await self._read(connection_id, ref, settled)
        except ZohoError as error:
            metrics.ZOHO_READINGS.labels(why, type(error).__name__).inc()
            raise
        metrics.ZOHO_READINGS.labels(why, "read").inc()
        LOG.info("document.read", connection_id=connection_id, document=str(ref), why=why)
        return event_id

    async def _read(self, connection_id: int, ref: Ref, settled: Collection[str]) -> int:
        for about in (EVERYTHING, ref.entity):
            until, error = self._resting.get((connection_id, about), (0.0, None))
            if error is not None and time.monotonic() < until:
                raise error
        try:
            async with opened(self._parts, connection_id, lane=LIVE, patience=PATIENCE) as session:
                reading = await fetch(session, ref.entity, ref.zoho_id, settled)
                entry = entry_of(connection_id, session.organization_id, reading, "edited", "read")
        except LASTING as lasting:
            self._rest(connection_id, EVERYTHING, lasting)
            raise
        except NoPermission as refused:
            self._rest(connection_id, ref.entity, refused)
            raise
        # It is the newest version, whatever else bears its stamp: never a repeat of an older one.
        fresh = entry._replace(delivery=entry.delivery._replace(versioned=False))
        return (await record_now(self._parts.pool, fresh)).event_id

    def _rest(self, connection_id: int, about: str, error: ZohoError) -> None:
        seconds = min(error.seconds, LONGEST_REST) if isinstance(error, Throttled) else REST
        self._resting[connection_id, about] = (time.monotonic() + seconds, error)
