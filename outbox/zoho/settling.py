"""Writing down what became of a command to Zoho, by whoever holds the lease."""

from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from bridge import metrics
from bridge.postgres import Connection, Pool
from bridge.queries import load
from clients.zoho.errors import (
    Disconnected,
    NoPermission,
    NotFound,
    Refused,
    Throttled,
    Unavailable,
    WrongOrganisation,
    ZohoError,
)
from outbox.lease import Lease, holds, notify
from outbox.windows import PROOF, Windows
from schemas.documents import Contact

QUERIES = load(__file__, "zoho.sql")
SOON: Final = 10.0  # seconds until what was not sent is tried again
LATER: Final = 300.0  # seconds, where a person has something to mend first
LOOK_EARLY: Final = 3.0  # seconds until an unclear request is first looked into
UNCLEAR: Final = "its outcome is being looked up in Zoho"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an error means for a command: its `outcome`, its state from now on, and why."""

    outcome: str
    state: str
    wait: float
    reason: str
    cause: str | None = None


def judge(error: ZohoError) -> Verdict:
    """Say what an error means: a no, certainly not written, or nobody knows."""
    said = str(error)
    match error:
        case NotFound():
            reason = f"Zoho no longer has it. It was deleted there: {said}"
            return Verdict("refused", "parked", 0.0, reason, "zoho:gone")
        case Refused(code=code):
            reason = f"Zoho says: {said}. Mend the contact in Xero or in Zoho, then try again."
            return Verdict("refused", "parked", 0.0, reason, f"zoho:{code}")
        case Throttled(seconds=seconds):
            return Verdict("not_sent", "pending", seconds, said)
        case Unavailable(lost=True):
            return Verdict("ambiguous", "ambiguous", LOOK_EARLY, UNCLEAR)
        case Disconnected() | NoPermission() | WrongOrganisation():
            return Verdict("not_sent", "pending", LATER, said)
        case _:
            return Verdict("not_sent", "pending", SOON, said)


def judge_look(error: ZohoError, state: str) -> Verdict:
    """Say what an error of a look-up means for a command in a state: by it nothing was written.

    What is unclear stays so, whatever kept Zoho from being asked: only proven absence ends it.
    """
    verdict = judge(error)
    if state == "ambiguous" or verdict.outcome == "ambiguous":
        return Verdict("not_sent", state, max(verdict.wait, SOON), str(error))
    return verdict


def doubt(command: Any, windows: Windows) -> Verdict:
    """What follows when a request's effect was looked for and not found.

    Once it can't be under way any more it may be sent anew: a change at once, since it only repeats
    itself; what would be made a second time must have been missing twice.
    """
    left = windows.quiet - command["silence"]
    if left > 0:
        return Verdict("ambiguous", "ambiguous", left, UNCLEAR)
    if command["method"] == "PUT" or command["absent_reads"] + 1 >= PROOF:
        return Verdict("absent", "pending", 0.0, "not found in Zoho")
    return Verdict("ambiguous", "ambiguous", windows.again, UNCLEAR)


async def settle_error(
    pool: Pool, lease: Lease, command: Any, attempt_id: int | None, verdict: Verdict
) -> None:
    """Record what is no yes; without an attempt, nothing had left yet."""
    async with pool.acquire() as database, database.transaction():
        if not await holds(database, lease):
            return
        await _end_attempt(database, command, attempt_id, verdict.outcome, verdict.reason)
        await QUERIES.set_state(
            database,
            command_id=command["id"],
            state=verdict.state,
            cause=verdict.cause,
            reason=verdict.reason,
            wait=verdict.wait,
        )
    metrics.COMMANDS.labels(lease.name, command["kind"], verdict.outcome).inc()


async def settle_yes(
    pool: Pool,
    lease: Lease,
    command: Any,
    attempt_id: int | None,
    contact: dict[str, Any],
    reason: str | None = None,
) -> None:
    """Record that Zoho holds the contact: from now on it and Xero's are linked."""
    known = _read(contact, command["body"])
    xero_id = command["expected"]["xero_id"]
    async with pool.acquire() as database, database.transaction():
        if not await holds(database, lease):
            return
        await _end_attempt(database, command, attempt_id, "applied", reason)
        await QUERIES.end_command(
            database, command_id=command["id"], xero_id=xero_id, reason=reason
        )
        await _link(database, lease.connection_id, known, xero_id)
    metrics.COMMANDS.labels(lease.name, command["kind"], "applied").inc()


async def _end_attempt(
    database: Connection, command: Any, attempt_id: int | None, outcome: str, message: str | None
) -> None:
    if attempt_id is not None:
        await QUERIES.end_attempt(
            database,
            attempt_id=attempt_id,
            command_id=command["id"],
            outcome=outcome,
            message=message,
        )


def _read(contact: dict[str, Any], body: dict[str, Any]) -> Contact:
    """Read what Zoho shows; what does not read is told anew by its webhook or the sweep."""
    try:
        return Contact.model_validate(contact)
    except ValidationError:
        return Contact(
            id=str(contact["contact_id"]),
            name=body.get("contact_name") or f"Zoho contact {contact['contact_id']}",
            contact_type=body["contact_type"],
        )


async def _link(database: Connection, connection_id: int, known: Contact, xero_id: str) -> None:
    key = f"contact:{known.id}"
    await QUERIES.link(database, connection_id=connection_id, key=key, xero_id=xero_id)
    await QUERIES.know_contact(
        database,
        connection_id=connection_id,
        zoho_id=known.id,
        number=known.name,
        snapshot=known.model_dump(mode="json"),
    )
    # What waits for the link, or stands behind the command, may go.
    await notify(database, connection_id)
