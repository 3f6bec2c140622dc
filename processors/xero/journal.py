"""Contacts read from Xero become decisions and commands, one transaction a contact (A1, C3)."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import structlog

from bridge import metrics
from bridge.postgres import Connection, Pool
from bridge.queries import load
from outbox.append import Origin, append
from processors.decisions import OLDER_VERSION, Decision
from processors.shell.journal import LANES, LIVE, add_decision
from processors.things import write_told
from processors.xero.contacts import ACTION, XeroCase, decide, withhold
from processors.xero.scenes import Reading, Source, case_of, lock
from schemas.commands import Command
from schemas.words import UNFINISHED, Ref
from schemas.xero_contacts import Card, XeroContact, read_contact

QUERIES = load(__file__, "journal.sql")
LOG = structlog.get_logger()
MOST_FORMER: Final = 10  # changes of a contact that may be on their way to Zoho at once
READ: Final = "Read from Xero, and decided with event {event}"
Row = Mapping[str, Any]


async def reading_of(pool: Pool, connection_id: int, source: Source = "xero") -> Reading | None:
    """Say what a connection wants of Xero's contacts; None while it is disabled (C9)."""
    row = await QUERIES.books(pool, connection_id=connection_id)
    if row is None or not row["enabled"]:
        return None
    switches = row["imports"] or {}
    imports = frozenset(name for name in ("customers", "vendors") if switches.get(name))
    return Reading(
        connection_id,
        row["name"],
        imports,
        row["base_currency"] or "",
        source,
        chart_of_accounts=switches.get("chart_of_accounts", True),
    )


async def waiting(pool: Pool, connection_id: int, most: int) -> list[str]:
    """Name the contacts that Xero told of and nobody has looked at yet."""
    rows = await QUERIES.waiting(pool, connection_id=connection_id, most=most)
    return [row["id"] for row in rows]


async def without_role(pool: Pool, connection_id: int) -> list[str]:
    """Name the contacts that wait until Xero makes a customer or a supplier of them."""
    rows = await QUERIES.without_role(pool, connection_id=connection_id)
    return [row["id"] for row in rows]


async def take(pool: Pool, reading: Reading, row: Row) -> Sequence[Decision]:
    """Decide about one contact as Xero answered it; nothing is decided that is known already."""
    contact = read_contact(row)
    async with pool.acquire() as database, database.transaction():
        twins = await lock(database, reading, contact.id)
        if twins is None:
            return await _put_off(database, reading, contact, row)
        case = await case_of(database, reading, contact, twins)
        events = await _told_of(database, reading, contact.id)
        decisions = decide(case)
        if not events and await _is_known(database, reading, case, decisions):
            return decisions
        await _save(database, reading, case, decisions, events, row)
    _report(reading, decisions)
    return decisions


async def pass_over(pool: Pool, reading: Reading, xero_id: str, code: str) -> None:
    """Decide about a contact that was not read: it is gone, or nobody wants it."""
    decision = withhold(Ref("xero_contact", xero_id), code)
    async with pool.acquire() as database, database.transaction():
        events = await _told_of(database, reading, xero_id)
        if events:
            await _add_decisions(database, reading, [decision], events[-1])
            await QUERIES.end_events(database, ids=events, state="decided", reason=None)
    _report(reading, [decision])


async def _is_known(
    database: Connection, reading: Reading, case: XeroCase, decisions: Sequence[Decision]
) -> bool:
    """Whether this was said before, and what follows from it is done or under way."""
    if case.seen != case.contact.card:
        return False
    keys = [each.key for decision in decisions for each in decision.commands]
    if not keys:
        return True
    known: bool = await QUERIES.under_way(
        database,
        connection_id=reading.connection_id,
        keys=keys,
        # An import that is asked for tries again what was refused.
        states=[state for state in UNFINISHED if (state, reading.source) != ("parked", "backfill")],
    )
    return known


async def _told_of(database: Connection, reading: Reading, xero_id: str) -> list[int]:
    rows = await QUERIES.told_of(database, connection_id=reading.connection_id, xero_id=xero_id)
    return [row["id"] for row in rows]


async def _put_off(
    database: Connection, reading: Reading, contact: XeroContact, row: Row
) -> Sequence[Decision]:
    """Zoho's earlier word is decided first: the contact is read again after it."""
    if not await _told_of(database, reading, contact.id):
        await _add_event(database, reading, contact, row, "undecided")
    return []


async def _save(
    database: Connection,
    reading: Reading,
    case: XeroCase,
    decisions: Sequence[Decision],
    events: Sequence[int],
    row: Row,
) -> None:
    if events and all(decision.outcome == "superseded" for decision in decisions):
        event_id = events[-1]
        reason = decisions[0].reason
    else:
        event_id = await _add_event(database, reading, case.contact, row, "decided")
        reason = READ.format(event=event_id)
    await QUERIES.end_events(database, ids=events, state="superseded", reason=reason)
    await _add_decisions(database, reading, decisions, event_id)
    if decisions[0].code != OLDER_VERSION:
        await _see(database, reading, case)


async def _see(database: Connection, reading: Reading, case: XeroCase) -> None:
    contact = case.contact
    flags = {"customer": contact.is_customer, "supplier": contact.is_supplier}
    roles = " ".join(name for name, on in flags.items() if on)
    await QUERIES.see(
        database,
        connection_id=reading.connection_id,
        xero_id=contact.id,
        number=contact.name,
        snapshot={
            "card": contact.card,
            "former": _former(case),
            "roles": roles,
            "status": contact.status,
        },
        modified_at=contact.updated_at,
    )


def _former(case: XeroCase) -> Sequence[Card]:
    """What Xero showed before of the parts that it changed, oldest first."""
    before, card = case.seen or {}, case.contact.card
    changed = {part: before[part] for part in before if before[part] != card[part]}
    return [*case.former, *[changed] * bool(changed)][-MOST_FORMER:]


async def _add_event(
    database: Connection, reading: Reading, contact: XeroContact, row: Row, state: str
) -> int:
    body = json.dumps(row, default=str).encode()
    event_id: int = await QUERIES.add_event(
        database,
        connection_id=reading.connection_id,
        xero_id=contact.id,
        source=reading.source,
        state=state,
        touches=[f"xero_contact:{contact.id}"],
        modified_at=contact.updated_at,
        fingerprint=hashlib.sha256(body).digest(),
        body=body,
        request_id=secrets.token_hex(12),
    )
    return event_id


async def _add_decisions(
    database: Connection, reading: Reading, decisions: Sequence[Decision], event_id: int
) -> None:
    for decision in decisions:
        await add_decision(database, reading.connection_id, event_id, decision)
        lane = LANES.get(reading.source, LIVE)
        origin = Origin(reading.connection_id, event_id, f"xero-{event_id}", ACTION, lane)
        await append(database, origin, await _completed(database, reading, decision.commands))
        if decision.tells is not None:
            await QUERIES.tell(
                database,
                connection_id=reading.connection_id,
                zoho_id=decision.tells.owner.zoho_id,
                told=write_told({decision.tells.key: decision.tells}),
            )


async def _completed(
    database: Connection, reading: Reading, commands: Sequence[Command]
) -> list[Command]:
    """Add to a change what an earlier one, which it replaces unsent, asked for."""
    completed = []
    for command in commands:
        unsent = await QUERIES.unsent_body(
            database, connection_id=reading.connection_id, key=command.key
        )
        body = {**(unsent or {}), **(command.body or {})}
        completed.append(replace(command, body=body) if command.system == "zoho" else command)
    return completed


def _report(reading: Reading, decisions: Sequence[Decision]) -> None:
    for decision in decisions:
        labels = (reading.connection_name, "xero_contact", decision.action, decision.outcome)
        metrics.DECISIONS.labels(*labels, decision.code or "").inc()
        LOG.info(
            "xero_contact.decided",
            connection=reading.connection_name,
            contact=decision.document.zoho_id,
            outcome=decision.outcome,
            code=decision.code,
        )
