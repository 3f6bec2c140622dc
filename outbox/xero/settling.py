"""Writing down what became of a request, by whoever holds the lease (rule 4, fenced completion)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from bridge import metrics
from bridge.postgres import Connection, Pool
from bridge.queries import load
from clients.xero.answers import Answer
from outbox.lease import Lease, holds, notify
from outbox.xero import links
from outbox.xero.forbidden import LASTING
from outbox.xero.lookups import Finding
from outbox.xero.outcomes import Outcome, Verdict
from outbox.xero.sending import Attempt
from outbox.xero.states import Kept, State, end, keep

QUERIES = load(__file__, "settling.sql")
DOUBTED: Final = "doubted"  # refused when it was repeated, so that the first sending is in doubt
ANEW: Final = 1.0  # seconds until what certainly was not written is sent anew
# Other pauses, by cause.
PAUSES: Final = {"absent": 0.0, "split": 0.0, "linked": 0.0, "http:401": 0.0, "forbidden": LASTING}
MOST_ABSENCES: Final = 4  # requests for one command that came to nothing, each proven by look-ups
FAILS: Final = (
    "Xero fails on it each time, and never holds it afterwards. Mend the document in Zoho, or try"
    " again when Xero is well."
)
# `applied` is kept only when it is wrong: a person must see it.
STATES: Final[Mapping[Outcome, State]] = {
    "applied": "parked",
    "refused": "parked",
    "ambiguous": "ambiguous",
    "not_sent": "pending",
}
GAVE_WAY: Final = "refused by Xero, and replaced by a newer version that came meanwhile"
WRITES: Final = ("put", "create")
UNCLEAR: Final = "its outcome is being looked up in Xero"
NOT_WAITED_FOR: Final = "none of its commands waits for it any more"


async def settle(
    pool: Pool, lease: Lease, attempt: Attempt, answer: Answer, verdicts: Sequence[Verdict]
) -> bool:
    """Record the outcome of a request that was sent once; False when the lease has passed on."""
    outcome = overall(verdicts)
    async with pool.acquire() as connection, connection.transaction():
        if not await holds(connection, lease):
            return False
        await _record(connection, lease, attempt, verdicts)
        await _give_way(connection, attempt, verdicts)
        await QUERIES.end_attempt(
            connection,
            attempt_id=attempt.id,
            outcome=outcome,
            status=answer.status,
            message=said(verdicts),
            repeatable=_may_repeat(answer, verdicts),
            ended=outcome != "ambiguous",
        )
        await notify(connection, lease.connection_id)
    metrics.XERO_ATTEMPTS.labels(lease.name, outcome).inc()
    _measure(lease, attempt, verdicts)
    return True


def _may_repeat(answer: Answer, verdicts: Sequence[Verdict]) -> bool:
    """Whether the same bytes under the same key could still bring something new.

    Xero keeps its own errors under the key, and what it has refused once it refuses again.
    """
    failed = answer.status == HTTPStatus.INTERNAL_SERVER_ERROR
    return not failed and all(verdict.cause != DOUBTED for verdict in verdicts)


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
        if not await holds(connection, lease):
            return False
        await _record(connection, lease, attempt, verdicts)
        await _give_up(connection, verdicts)
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
        await notify(connection, lease.connection_id)
    _measure(lease, attempt, verdicts)
    return True


async def close(pool: Pool, lease: Lease, attempt_id: int) -> None:
    """Record that nothing hangs on a request any more: its commands have ended meanwhile."""
    async with pool.acquire() as connection, connection.transaction():
        if await holds(connection, lease):
            await QUERIES.close_attempt(connection, attempt_id=attempt_id, message=NOT_WAITED_FOR)


async def _give_way(connection: Connection, attempt: Attempt, verdicts: Sequence[Verdict]) -> None:
    """Let what was refused not hold up what is newer; a removal that is refused stays (rule 3)."""
    refused = {verdict.command_id for verdict in verdicts if verdict.outcome == "refused"}
    ids = [
        member.command_id
        for member in attempt.batch.members
        if member.command_id in refused and member.kind.rpartition(".")[2] in WRITES
    ]
    if ids:
        await QUERIES.give_way(connection, ids=ids, reason=GAVE_WAY)


async def _give_up(connection: Connection, verdicts: Sequence[Verdict]) -> None:
    """Park what Xero fails on each time, so that it costs no more calls."""
    await QUERIES.give_up(
        connection,
        ids=[v.command_id for v in verdicts if v.cause == "absent"],
        most=MOST_ABSENCES,
        cause="xero:fails",
        reason=FAILS,
    )


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


async def _record(
    connection: Connection, lease: Lease, attempt: Attempt, verdicts: Sequence[Verdict]
) -> None:
    await QUERIES.end_members(
        connection,
        attempt_id=attempt.id,
        command_ids=[v.command_id for v in verdicts],
        outcomes=["absent" if v.cause == "absent" else v.outcome for v in verdicts],
        messages=[v.message for v in verdicts],
    )
    applied = [v for v in verdicts if v.outcome == "applied"]
    await _relink(connection, lease, attempt, applied)
    # What is written, and wrong by a cent or more, must be seen by a person (rule 8).
    done = [v for v in applied if v.cause is None]
    await end(connection, {v.command_id: v.xero_id for v in done})
    await keep(connection, [_kept(v) for v in verdicts if v not in done])


async def _relink(
    connection: Connection, lease: Lease, attempt: Attempt, applied: Sequence[Verdict]
) -> None:
    keys = {member.command_id: member.key for member in attempt.batch.members}
    if attempt.batch.route.ends is not None:
        await links.drop(connection, lease.connection_id, [keys[v.command_id] for v in applied])
        return
    made = [links.Link(keys[v.command_id], v.xero_id, v.number) for v in applied]
    await links.add(connection, lease.connection_id, made)


def _kept(verdict: Verdict) -> Kept:
    unclear = verdict.outcome == "ambiguous"
    return Kept(
        verdict.command_id,
        STATES[verdict.outcome],
        cause=None if unclear else verdict.cause,
        reason=UNCLEAR if unclear else verdict.message,
        wait=_pause(verdict),
    )


def _pause(verdict: Verdict) -> float:
    return PAUSES.get(verdict.cause or "", ANEW) if verdict.outcome == "not_sent" else 0.0


def _measure(lease: Lease, attempt: Attempt, verdicts: Sequence[Verdict]) -> None:
    kinds = {member.command_id: member.kind for member in attempt.batch.members}
    for verdict in verdicts:
        kind = kinds[verdict.command_id]
        metrics.COMMANDS.labels(lease.name, kind, verdict.outcome).inc()
