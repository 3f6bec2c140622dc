"""Requests whose outcome nobody knows: repeated, looked up, and settled; never guessed (E3)."""

import math
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import structlog

from bridge import metrics, tracing
from bridge.queries import load
from clients.xero.answers import Answer
from clients.xero.session import REQUEST_BUDGET, Request, Token
from outbox.lease import MARGIN
from outbox.windows import PROOF, Step, Unclear, next_step, proves_absence
from outbox.xero.batches import Batch, assemble
from outbox.xero.claiming import read_ready
from outbox.xero.line import Line
from outbox.xero.links import ids_of, known
from outbox.xero.lookups import Finding, find, is_told, path_of, rows_in
from outbox.xero.outcomes import OK, Verdict, judge
from outbox.xero.routes import KINDS, route_of
from outbox.xero.sending import Attempt, traces_of
from outbox.xero.settling import DOUBTED, close, settle, settle_findings

QUERIES = load(__file__, "resolving.sql")
LOG = structlog.get_logger()


async def due(line: Line, token: Token, busy: Collection[int]) -> tuple[Any | None, float]:
    """The next unclear request that something can be done about, and the seconds until one can.

    `busy` are the requests that another task of this process resolves just now.
    """
    rows = await QUERIES.open_attempts(
        line.pool, connection_id=line.lease.connection_id, kinds=list(KINDS)
    )
    soonest = float("inf")
    for row in rows:
        if row["outcome"] != "ambiguous" or row["id"] in busy:
            continue  # its own task still waits for an answer
        if line.forbidden.rests(row["path"]):
            continue
        step = next_step(_view(row, token), line.windows)
        if step.act != "wait":
            return row, 0.0
        soonest = min(soonest, step.seconds)
    return None, soonest


def _view(row: Any, token: Token) -> Unclear:
    return Unclear(
        now=row["now"],
        first_sent_at=row["first_sent_at"],
        last_sent_at=row["last_sent_at"],
        looked_at=row["looked_at"],
        sends=row["sends"],
        repeatable=row["repeatable"],
        same_generation=row["generation"] == token.generation,
    )


async def resolve(line: Line, token: Token, row: Any) -> Answer | None:
    """Take one step with an unclear request: repeat its bytes, or look for its things in Xero."""
    step: Step = next_step(_view(row, token), line.windows)
    attempt = await _reload(line, row)
    if attempt is None:
        await close(line.pool, line.lease, row["id"])
        return None
    take_step = _repeat if step.act == "repeat" else _look
    with tracing.span("attempt.resolved", attempt.traces, bridge__attempt_id=attempt.id):
        return await take_step(line, token, row, attempt)


async def _reload(line: Line, row: Any) -> Attempt | None:
    members = await QUERIES.open_members(line.pool, attempt_id=row["id"])
    if not members:
        return None
    ready = [read_ready(member) for member in members]
    route = route_of(ready[0].kind, linked=ready[0].xero_id is not None)
    if route is None:
        return None
    async with line.pool.acquire() as connection:
        ids = await ids_of(connection, line.lease.connection_id, ready)
    batch = assemble(route, ready, ids)
    return Attempt(
        row["id"],
        row["idempotency_key"],
        batch,
        tuple(command.id for command in ready),
        row["first_sent_at"],
        traces_of(ready),
    )


async def _repeat(line: Line, token: Token, row: Any, attempt: Attempt) -> Answer | None:
    leaves_by = time.monotonic() + MARGIN
    again = await QUERIES.resend(
        line.pool,
        attempt_id=row["id"],
        connection_id=line.lease.connection_id,
        holder=line.lease.holder,
        fence=line.lease.fence,
        budget=REQUEST_BUDGET + MARGIN,
    )
    if again is None:
        return None
    request = Request(row["method"], row["path"], bytes(row["body"]), row["idempotency_key"])
    answer = await line.session.send(request, token, by=leaves_by)
    await line.forbidden.notice(request.path, answer, token)
    verdicts = [doubt(verdict) for verdict in judge(attempt.batch, answer)]
    await settle(line.pool, line.lease, attempt, answer, verdicts)
    _log(line, attempt, answer, verdicts)
    return answer


def doubt(verdict: Verdict) -> Verdict:
    """A no to a repeated request is no proof: the first sending may have been a yes."""
    if verdict.outcome == "refused":
        return replace(verdict, outcome="ambiguous", cause=DOUBTED)
    if verdict.outcome == "not_sent":
        return replace(verdict, outcome="ambiguous")
    return verdict


async def _look(line: Line, token: Token, row: Any, attempt: Attempt) -> Answer:
    path = path_of(attempt.batch)
    answer = await line.session.send(Request("GET", path), token, by=math.inf)
    await line.forbidden.notice(path, answer, token)
    if not is_told(attempt.batch, answer):
        metrics.XERO_LOOKUPS.labels(line.lease.name, "failed").inc()
        await _looked(line, row, counts=False)
        return answer
    body = answer.body if answer.status in OK else None
    findings = find(attempt.batch, body, await others(line, attempt.batch, body))
    counts = proves_absence(_view(row, token), line.windows)
    reads = await _looked(line, row, counts=counts)
    proven = counts and reads >= PROOF
    await settle_findings(line.pool, line.lease, attempt, findings, proven=proven)
    _log_findings(line, attempt, findings, proven=proven)
    return answer


async def others(line: Line, batch: Batch, body: Any) -> frozenset[str]:
    """Which of the rows found for new things are known already, and so none of these.

    Bills may have the number of another, allocations have none. Contacts alone are shared (A1).
    """
    if batch.route.plural == "Contacts" or batch.members[0].xero_id is not None:
        return frozenset()
    ids = [str(row.get(batch.route.id_field)) for row in rows_in(batch, body)]
    return await known(line.pool, line.lease.connection_id, ids)


async def _looked(line: Line, row: Any, *, counts: bool) -> int:
    reads: int = await QUERIES.looked(line.pool, attempt_id=row["id"], counts=counts)
    return reads


def _log(line: Line, attempt: Attempt, answer: Answer, verdicts: Sequence[Verdict]) -> None:
    LOG.info(
        "attempt.repeated",
        connection=line.lease.name,
        attempt_id=attempt.id,
        path=attempt.batch.route.path,
        status=answer.status,
        commands=len(verdicts),
        outcomes=sorted({verdict.outcome for verdict in verdicts}),
    )


def _log_findings(
    line: Line, attempt: Attempt, findings: Sequence[Finding], *, proven: bool
) -> None:
    for finding in findings:
        metrics.XERO_LOOKUPS.labels(line.lease.name, finding.result).inc()
    LOG.info(
        "attempt.looked_up",
        connection=line.lease.name,
        attempt_id=attempt.id,
        commands=len(findings),
        results=sorted({finding.result for finding in findings}),
        proven=proven,
    )
