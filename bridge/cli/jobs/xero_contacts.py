"""Reading Xero's contacts: those that its webhooks told of, and by night what they did not."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Final

import structlog

from bridge.parts import Parts
from bridge.queries import load
from bridge.schedule import Due, Work
from clients.xero.errors import XeroError
from clients.xero.reader import Reader
from clients.xero.reader import opened as xero_reader
from processors.xero.journal import (
    pass_over,
    reading_of,
    take,
    waiting,
    without_role,
)
from processors.xero.scenes import Reading

QUERIES = load(__file__, "xero_contacts.sql")
LOG = structlog.get_logger()
AT_ONCE: Final = 50  # ids in one address
ROUNDS: Final = 4  # of them in one run
MARGIN: Final = timedelta(hours=2)  # what a nightly read looks back beyond the one before
EVERYONE: Final = "/Contacts?includeArchived=true"


def told(parts: Parts) -> Work:
    """Give the job that reads what webhooks told of, many contacts in one call."""

    async def read_told(due: Due) -> None:
        reading = await reading_of(parts.pool, due.connection_id)
        ids = await waiting(parts.pool, due.connection_id, AT_ONCE * ROUNDS) if reading else []
        if reading is None or not ids:
            return
        if not reading.imports:
            for xero_id in ids:
                await pass_over(parts.pool, reading, xero_id, "import_is_off")
            return
        try:
            async with opened(parts, reading) as reader:
                await read_these(parts, reading, reader, ids)
        except XeroError as error:
            # It waits in the journal, and Xero's absence is the outbox's to tell.
            LOG.warning("contacts.unread", connection=due.name, problem=str(error))

    return read_told


def nightly(parts: Parts) -> Work:
    """Give the job that reads what changed since the night before, told of or not."""

    async def read_changed(due: Due) -> None:
        reading = await reading_of(parts.pool, due.connection_id)
        if reading is None or not reading.imports:
            return
        last: datetime | None = await QUERIES.last_read(parts.pool, connection_id=due.connection_id)
        async with opened(parts, reading) as reader:
            pages = reader.pages("Contacts", EVERYONE, since=last and last - MARGIN)
            async for rows in pages:
                for row in rows:
                    await take(parts.pool, reading, row)
            await read_these(
                parts, reading, reader, await without_role(parts.pool, due.connection_id)
            )

    return read_changed


def opened(parts: Parts, reading: Reading) -> AbstractAsyncContextManager[Reader]:
    """Open a reader for a connection's Xero."""
    return xero_reader(parts, reading.connection_id, reading.connection_name)


async def read_these(parts: Parts, reading: Reading, reader: Reader, ids: Sequence[str]) -> None:
    """Read contacts by their ids, and decide about each; what Xero does not show is gone."""
    for some in (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)):
        missing = set(some)
        path = f"/Contacts?IDs={','.join(some)}&includeArchived=true"
        async for rows in reader.pages("Contacts", path):
            for row in rows:
                await take(parts.pool, reading, row)
                missing.discard(str(row["ContactID"]).lower())
        for xero_id in sorted(missing):
            await pass_over(parts.pool, reading, xero_id, "gone")
