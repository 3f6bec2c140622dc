"""Before a contact is made in Xero, Xero is searched for it: by our number, then by name (A1)."""

import math
from collections import defaultdict
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import structlog

from bridge.postgres import Connection
from bridge.queries import load
from clients.xero.answers import Answer
from clients.xero.session import Request, Token
from outbox.lease import holds
from outbox.xero.batches import Ready
from outbox.xero.forbidden import LASTING
from outbox.xero.line import Line
from outbox.xero.links import Link, add
from outbox.xero.namesakes import Row, Sighting, key_of, path_of, paths_of_each, recognise
from outbox.xero.outcomes import OK, Verdict
from outbox.xero.routes import CONTACT
from outbox.xero.states import Kept, keep

QUERIES = load(__file__, "first_sight.sql")
LOG = structlog.get_logger()
SEARCH_AGAIN: Final = 5.0  # seconds
NOT_SEARCHED: Final = "Xero could not be searched for it yet"


async def look_for(line: Line, token: Token, contacts: Sequence[Ready]) -> Answer:
    """Search Xero for new contacts; each is then linked, free to be made, or parked with a reason.

    A search that fails changes nothing: it is made again after a while.
    """
    answer, rows = await _search(line, token, contacts)
    forbidden = await line.forbidden.notice(CONTACT.path, answer, token)
    if rows is None:
        verdicts = [Verdict(each.id, "not_sent", message=NOT_SEARCHED) for each in contacts]
        if forbidden:
            verdicts = line.forbidden.judge(CONTACT.path, verdicts)
        async with line.pool.acquire() as connection, connection.transaction():
            if await holds(connection, line.lease):
                await keep(connection, [_put_off(verdict) for verdict in verdicts])
        return answer
    sightings = await _recognise(line, contacts, rows)
    async with line.pool.acquire() as connection, connection.transaction():
        if not await holds(connection, line.lease):
            return answer  # another process has searched since, and may have written
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


async def look_again(line: Line, token: Token, contact: Ready) -> Sighting:
    """Search once more for a contact whose name or number Xero calls taken, by each alone."""
    _, rows = await _ask_each(line, token, [contact])
    (sighting,) = await _recognise(line, [contact], rows or [])
    if sighting.act == "link":
        async with line.pool.acquire() as connection, connection.transaction():
            if await holds(connection, line.lease):
                await _note(connection, line, [contact], [sighting])
    return sighting


async def _search(
    line: Line, token: Token, contacts: Sequence[Ready]
) -> tuple[Answer, list[Row] | None]:
    answer = await line.session.send(Request("GET", path_of(contacts)), token, by=math.inf)
    if answer.status == HTTPStatus.BAD_REQUEST:
        return await _ask_each(line, token, contacts)
    return answer, _rows(answer)


async def _ask_each(
    line: Line, token: Token, contacts: Sequence[Ready]
) -> tuple[Answer, list[Row] | None]:
    found: dict[str, Row] = {}
    for path in paths_of_each(contacts):
        answer = await line.session.follow(Request("GET", path), token)
        rows = _rows(answer)
        if rows is None:
            return answer, None
        found |= {str(row.get("ContactID")): row for row in rows}
    return answer, list(found.values())


def _rows(answer: Answer) -> list[Row] | None:
    if answer.status not in OK or not isinstance(answer.body, dict):
        return None
    rows = answer.body.get("Contacts")
    return rows if isinstance(rows, list) else None


async def _recognise(line: Line, contacts: Sequence[Ready], rows: Sequence[Row]) -> list[Sighting]:
    twins = await _twins(line, rows)
    sightings: list[Sighting] = []
    for contact in contacts:
        sightings.append(recognise(contact, rows, twins))
        # Two customers of one name that are looked for together are two all the same.
        twins[sightings[-1].xero_id or ""].add(contact.expected.get("contact_type", ""))
    return sightings


def _put_off(verdict: Verdict) -> Kept:
    return Kept(
        verdict.command_id,
        "parked" if verdict.outcome == "refused" else "pending",
        verdict.cause,
        verdict.message,
        wait=LASTING if verdict.cause else SEARCH_AGAIN,
    )


async def _twins(line: Line, rows: Sequence[Row]) -> defaultdict[str, set[str]]:
    ids = {str(row.get("ContactID")): key_of(row) for row in rows}
    found = await QUERIES.twins(
        line.pool,
        connection_id=line.lease.connection_id,
        xero_ids=list(ids),
        keys=[key for key in ids.values() if key],
    )
    twins: defaultdict[str, set[str]] = defaultdict(set)
    for each in found:
        for xero_id, key in ids.items():
            if xero_id == each["xero_id"] or key == each["key"]:
                twins[xero_id].add(each["contact_type"])
    return twins


async def _note(
    connection: Connection, line: Line, contacts: Sequence[Ready], sightings: Sequence[Sighting]
) -> None:
    pairs = zip(contacts, sightings, strict=True)
    # Linked, the same command goes on as an update.
    linked = [Link(contact.key, s.xero_id) for contact, s in pairs if s.act == "link"]
    await add(connection, line.lease.connection_id, linked)
    parked = [s for s in sightings if s.act == "park"]
    await keep(
        connection,
        [Kept(s.command_id, "parked", "xero:namesake", s.reason) for s in parked],
    )
