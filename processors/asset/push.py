"""The asset value's shell: a valuation becomes an event, a decision and a journal, all at once."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

import structlog

from bridge import metrics
from bridge.postgres import Connection, Pool
from bridge.queries import load
from outbox.append import Origin, append
from processors.asset.value import Posted, Valuation, decide
from processors.decisions import Decision
from processors.plans.building import as_json
from processors.shell.journal import add_decision

QUERIES = load(__file__, "push.sql")
LOG = structlog.get_logger()
VOIDED: Final = (
    "Voided in Xero by hand: it counts no more, and the next date's journal moves its difference"
)
# What became of a date's journal, by the state of its command; in any other it is on its way.
ENDED: Final = {
    "done": "was posted",
    "superseded": "was voided in Xero by hand: the next date's journal moves its difference",
}
ADOPTED: Final = "Found in Xero: it was posted before, though nothing of it is known here"
REPLACED: Final = "Xero refused it: its difference is part of the journal of {day}"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be pushed: `value` of Zoho's stock accounts `shown`, and the chosen accounts.

    `voided` are the days whose journals turned out to have been voided in Xero by hand.
    """

    connection_id: int
    connection_name: str
    organization_id: str
    day: date
    value: Decimal
    shown: tuple[Mapping[str, str], ...]
    asset: str
    contra: str
    voided: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Pushed:
    """What came of it. `posting`: a journal goes; `nothing`: no difference; `already`: it went."""

    outcome: Literal["posting", "nothing", "already"]
    reason: str
    command_id: int | None = None


async def push(pool: Pool, wish: Wish) -> Pushed:
    """Ask for the day's one journal, in a transaction of its own.

    A day whose journal is posted or on its way is left alone, whatever the value is now: the next
    day's journal holds the rest.
    """
    async with pool.acquire() as connection, connection.transaction():
        await QUERIES.lock(connection, connection_id=wish.connection_id)
        journal = await QUERIES.journal_of(
            connection, connection_id=wish.connection_id, zoho_id=wish.day.isoformat()
        )
        if journal is not None:
            how = ENDED.get(journal["state"], "is on its way")
            return Pushed("already", f"The journal of {wish.day} {how}.", journal["id"])
        return await _decide(connection, wish)


async def last_posted(pool: Pool, connection_id: int) -> datetime | None:
    """When Xero took our last journal, as far as is known here."""
    moment: datetime | None = await QUERIES.last_posted(pool, connection_id=connection_id)
    return moment


async def adopt(pool: Pool, connection_id: int, journals: Iterable[Posted]) -> int:
    """Count what Xero holds of us and nobody here knows of; returns how many journals."""
    count = 0
    for journal in journals:
        day = journal.day.isoformat()
        async with pool.acquire() as connection, connection.transaction():
            await QUERIES.lock(connection, connection_id=connection_id)
            count += await QUERIES.adopt(
                connection,
                connection_id=connection_id,
                zoho_id=day,
                xero_id=journal.id,
                expected=journal.expected,
                touches=[f"asset_value:{day}"],
                fingerprint=hashlib.sha256(journal.id.encode()).digest(),
                request_id=secrets.token_hex(12),
                reason=ADOPTED,
            )
    return count


async def take_back(pool: Pool, connection_id: int, journals: Iterable[str]) -> list[date]:
    """Count journals, by Xero's ids, that a person has voided in Xero no more; gives their days.

    What is not ours, or was taken back already, is left alone.
    """
    days = []
    for journal in journals:
        async with pool.acquire() as connection, connection.transaction():
            await QUERIES.lock(connection, connection_id=connection_id)
            day = await QUERIES.take_back(
                connection,
                connection_id=connection_id,
                xero_id=journal,
                fingerprint=hashlib.sha256(f"voided {journal}".encode()).digest(),
                request_id=secrets.token_hex(12),
                reason=VOIDED,
            )
        if day is not None:
            days.append(date.fromisoformat(day))
    return days


async def _decide(connection: Connection, wish: Wish) -> Pushed:
    reason = REPLACED.format(day=wish.day)
    await QUERIES.set_aside(connection, connection_id=wish.connection_id, reason=reason)
    held = await QUERIES.held(connection, connection_id=wish.connection_id)
    valuation = Valuation(
        wish.day,
        wish.organization_id,
        wish.value,
        wish.asset,
        wish.contra,
        {row["account"]: row["amount"] for row in held},
        wish.voided,
    )
    decision = decide(valuation)
    ids = await _store(connection, wish, decision)
    _report(wish, decision)
    outcome: Literal["posting", "nothing"] = "posting" if ids else "nothing"
    return Pushed(outcome, decision.reason or "", ids[0] if ids else None)


async def _store(connection: Connection, wish: Wish, decision: Decision) -> list[int]:
    said = {"value": f"{wish.value:f}", "accounts": wish.shown}
    request_id = secrets.token_hex(12)
    event_id = await _add_event(connection, wish, said, request_id)
    await QUERIES.note_day(
        connection,
        connection_id=wish.connection_id,
        zoho_id=decision.document.zoho_id,
        day=wish.day,
        snapshot=said,
    )
    await add_decision(connection, wish.connection_id, event_id, decision)
    commands = [replace(each, body=as_json(each.body)) for each in decision.commands]
    origin = Origin(wish.connection_id, event_id, request_id, decision.action)
    return await append(connection, origin, commands)


async def _add_event(
    connection: Connection, wish: Wish, said: Mapping[str, Any], request_id: str
) -> int:
    body = json.dumps(said).encode()
    event_id: int = await QUERIES.add_event(
        connection,
        connection_id=wish.connection_id,
        zoho_id=wish.day.isoformat(),
        touches=[f"asset_value:{wish.day}"],
        fingerprint=hashlib.sha256(body).digest(),
        body=body,
        request_id=request_id,
    )
    return event_id


def _report(wish: Wish, decision: Decision) -> None:
    labels = (wish.connection_name, "asset_value", decision.action, decision.outcome)
    metrics.DECISIONS.labels(*labels, decision.code or "").inc()
    LOG.info(
        "asset_value.decided",
        connection=wish.connection_name,
        day=str(wish.day),
        outcome=decision.outcome,
        code=decision.code,
        reason=decision.reason,
    )
