"""Before a contact is made in Xero, Xero is searched for it: by our number, then by name (A1)."""

from collections.abc import Sequence

import structlog

from bridge.postgres import Connection
from bridge.queries import load
from clients.xero.answers import Answer
from clients.xero.session import Request, Token
from outbox.batches import Ready
from outbox.line import Line
from outbox.namesakes import OURS, Sighting, path_of, recognise
from outbox.outcomes import OK

QUERIES = load(__file__, "send.sql")
LOG = structlog.get_logger()


async def look_for(line: Line, token: Token, contacts: Sequence[Ready]) -> Answer:
    """Search Xero for new contacts; each is then linked, free to be made, or parked with a reason.

    A search that fails changes nothing: it is made again.
    """
    answer = await line.session.send(Request("GET", path_of(contacts)), token)
    if answer.status not in OK or not isinstance(answer.body, dict):
        return answer
    rows = answer.body.get("Contacts") or []
    twins = await _twins(line, rows)
    sightings = [recognise(contact, rows, twins) for contact in contacts]
    async with line.pool.acquire() as connection, connection.transaction():
        await _note(connection, line, contacts, sightings)
        created = [sighting.command_id for sighting in sightings if sighting.act != "park"]
        await QUERIES.mark_looked(connection, ids=created)
    LOG.info(
        "contacts.looked_for",
        connection=line.lease.name,
        commands=len(contacts),
        results=sorted({sighting.act for sighting in sightings}),
    )
    return answer


async def _twins(line: Line, rows: Sequence[dict[str, object]]) -> dict[str, str]:
    numbers = [str(row.get("ContactNumber") or "") for row in rows]
    keys = [f"contact:{n.removeprefix(OURS)}" for n in numbers if n.startswith(OURS)]
    found = await QUERIES.twins(line.pool, connection_id=line.lease.connection_id, keys=keys)
    return {row["key"]: row["contact_type"] for row in found}


async def _note(
    connection: Connection, line: Line, contacts: Sequence[Ready], sightings: Sequence[Sighting]
) -> None:
    pairs = list(zip(contacts, sightings, strict=True))
    linked = [(contact.key, s.xero_id) for contact, s in pairs if s.act == "link"]
    # Linked, the same command goes on as an update.
    await QUERIES.add_links(
        connection,
        connection_id=line.lease.connection_id,
        keys=[key for key, _ in linked],
        xero_ids=[xero_id for _, xero_id in linked],
        numbers=[None] * len(linked),
    )
    parked = [s for s in sightings if s.act == "park"]
    await QUERIES.set_states(
        connection,
        ids=[s.command_id for s in parked],
        states=["parked"] * len(parked),
        causes=["xero:namesake"] * len(parked),
        reasons=[s.reason for s in parked],
        waits=[0.0] * len(parked),
    )
