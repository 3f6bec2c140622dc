"""Before a contact is made in Xero, Xero is searched for it: by our number, then by name (A1)."""

from collections.abc import Sequence

import structlog

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
        for contact, sighting in zip(contacts, sightings, strict=True):
            await _note(connection, line, contact, sighting)
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


async def _note(connection: object, line: Line, contact: Ready, sighting: Sighting) -> None:
    if sighting.act == "link":
        # Linked, the same command goes on as an update.
        await QUERIES.add_link(
            connection,
            connection_id=line.lease.connection_id,
            key=contact.key,
            xero_id=sighting.xero_id,
            number=None,
        )
    elif sighting.act == "park":
        await QUERIES.set_state(
            connection,
            id=contact.id,
            state="parked",
            cause="xero:namesake",
            reason=sighting.reason,
            wait=0.0,
        )
