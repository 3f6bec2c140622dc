"""Writing down what became of a request, by whoever holds the lease (rule 4, fenced completion)."""

from collections.abc import Sequence
from typing import Any, Final

from bridge import metrics
from bridge.postgres import Connection, Pool
from bridge.queries import load
from clients.xero.answers import Answer
from outbox.lease import Lease
from outbox.lookups import Finding
from outbox.outcomes import Verdict
from outbox.sending import Attempt

QUERIES = load(__file__, "send.sql")
BACKOFF: Final = (
    1.0,
    2.0,
    5.0,
    10.0,
    30.0,
    60.0,
)  # seconds before a refused-by-limits send is made anew
SERVER_ERROR: Final = 500
UNCLEAR: Final = "its outcome is being looked up in Xero"


async def settle(
    pool: Pool, lease: Lease, attempt: Attempt, answer: Answer, verdicts: Sequence[Verdict]
) -> bool:
    """Record the outcome of a request that was sent once; False when the lease has passed on."""
    outcome = overall(verdicts)
    async with pool.acquire() as connection, connection.transaction():
        if not await _holds(connection, lease):
            return False
        for verdict in verdicts:
            await _settle_one(connection, lease, attempt, verdict)
        await QUERIES.end_attempt(
            connection,
            attempt_id=attempt.id,
            outcome=outcome,
            status=answer.status,
            message=said(verdicts),
            # Xero keeps its own errors under the key: repeating would only repeat the error.
            repeatable=answer.status != SERVER_ERROR,
            ended=outcome != "ambiguous",
        )
        await QUERIES.notify(connection, connection_id=lease.connection_id)
    _measure(lease, attempt, verdicts)
    return True


def overall(verdicts: Sequence[Verdict]) -> str:
    """One word for a request: unclear as long as one of its commands is."""
    outcomes = {verdict.outcome for verdict in verdicts}
    order = ("ambiguous", "applied", "refused", "not_sent")
    return next(outcome for outcome in order if outcome in outcomes)


def said(verdicts: Sequence[Verdict]) -> str | None:
    """What Xero said about a request's commands, each sentence once."""
    texts = dict.fromkeys(verdict.message for verdict in verdicts if verdict.message)
    return " | ".join(texts)[:2000] or None


async def settle_findings(
    pool: Pool, lease: Lease, attempt: Attempt, findings: Sequence[Finding], *, proven: bool
) -> bool:
    """Record what a look-up showed; absence counts only when it is `proven`.

    False when the lease has passed on. What stays unclear stays ambiguous.
    """
    verdicts = [v for f in findings if (v := _verdict(f, proven=proven)) is not None]
    async with pool.acquire() as connection, connection.transaction():
        if not await _holds(connection, lease):
            return False
        for verdict in verdicts:
            await _settle_one(connection, lease, attempt, verdict)
        if len(verdicts) == len(findings):
            outcome = "absent" if proven and not _any_applied(verdicts) else "applied"
            await QUERIES.end_attempt(
                connection,
                attempt_id=attempt.id,
                outcome=outcome,
                status=None,
                message="settled by a look-up in Xero",
                repeatable=False,
                ended=True,
            )
        await QUERIES.notify(connection, connection_id=lease.connection_id)
    _measure(lease, attempt, verdicts)
    return True


def _any_applied(verdicts: Sequence[Verdict]) -> bool:
    return any(verdict.outcome == "applied" for verdict in verdicts)


def _verdict(finding: Finding, *, proven: bool) -> Verdict | None:
    if finding.result == "found":
        return Verdict(finding.command_id, "applied", finding.xero_id, finding.number)
    if finding.result == "different":
        return Verdict(
            finding.command_id, "refused", cause="xero:number_taken", message=finding.message
        )
    if not proven:
        return None
    return Verdict(finding.command_id, "not_sent", cause="absent", message="not found in Xero")


async def _settle_one(
    connection: Connection, lease: Lease, attempt: Attempt, verdict: Verdict
) -> None:
    await QUERIES.end_member(
        connection,
        attempt_id=attempt.id,
        command_id=verdict.command_id,
        outcome="absent" if verdict.cause == "absent" else verdict.outcome,
        message=verdict.message,
    )
    if verdict.outcome == "applied":
        await _apply(connection, lease, attempt, verdict)
    elif verdict.outcome == "refused":
        await _state(connection, verdict, "parked", 0.0)
    elif verdict.outcome == "ambiguous":
        await _state(connection, verdict, "ambiguous", 0.0)
    else:
        await _state(connection, verdict, "pending", _pause(verdict))


def _pause(verdict: Verdict) -> float:
    return 0.0 if verdict.cause in ("absent", "split", "http:401") else BACKOFF[0]


async def _apply(connection: Connection, lease: Lease, attempt: Attempt, verdict: Verdict) -> None:
    member = next(m for m in attempt.batch.members if m.command_id == verdict.command_id)
    if attempt.batch.route.ends is not None:
        await QUERIES.drop_link(connection, connection_id=lease.connection_id, key=member.key)
    else:
        await QUERIES.add_link(
            connection,
            connection_id=lease.connection_id,
            key=member.key,
            xero_id=verdict.xero_id,
            number=verdict.number,
        )
    if verdict.cause is not None:
        # It is written, and wrong by a cent or more: a person must see it (rule 8).
        await _state(connection, verdict, "parked", 0.0)
        return
    await QUERIES.end_command(
        connection,
        id=verdict.command_id,
        state="done",
        cause=None,
        reason=None,
        xero_id=verdict.xero_id,
    )


async def _state(connection: Connection, verdict: Verdict, state: str, wait: float) -> None:
    ambiguous = state == "ambiguous"
    await QUERIES.set_state(
        connection,
        id=verdict.command_id,
        state=state,
        cause=None if ambiguous else verdict.cause,
        reason=UNCLEAR if ambiguous else verdict.message,
        wait=wait,
    )


async def _holds(connection: Connection, lease: Lease) -> Any:
    return await QUERIES.holds_lease(
        connection,
        connection_id=lease.connection_id,
        holder=lease.holder,
        fence=lease.fence,
    )


def _measure(lease: Lease, attempt: Attempt, verdicts: Sequence[Verdict]) -> None:
    kinds = {member.command_id: member.kind for member in attempt.batch.members}
    for verdict in verdicts:
        kind = kinds[verdict.command_id]
        metrics.COMMANDS.labels(lease.name, kind, verdict.outcome).inc()
