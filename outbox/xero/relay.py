"""The loop that speaks for one connection: take what is ready, send, settle; again."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from bridge import metrics, tracing
from bridge.queries import load
from bridge.waiting import pause
from clients.xero.answers import Answer
from clients.xero.day import DAY_USED
from clients.xero.errors import Disconnected, Unavailable
from clients.xero.session import Request, Token
from outbox.xero import resolving
from outbox.xero.adopting import adopt
from outbox.xero.first_sight import look_for
from outbox.xero.line import Line
from outbox.xero.outcomes import Verdict, judge
from outbox.xero.routes import CONTACT
from outbox.xero.sending import Attempt, FirstSight, take, traces_of
from outbox.xero.settling import settle
from outbox.xero.standing import GRANT_PAUSE, Standing

QUERIES = load(__file__, "relay.sql")
LOG = structlog.get_logger()
IDLE: Final = 5.0  # seconds; notifications are hints, so now and then the loop looks by itself
DAY_OVER: Final = f"{DAY_USED}, but for those kept for look-ups"


@dataclass(slots=True)
class Relay:
    """One connection's loop. `wake` is set by notifications and by every answer.

    It ends by itself, `astray`, once its token is for another organisation than its lease: a
    connection that was never asked before, or that a person has given another consent.
    """

    line: Line
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    astray: bool = False
    _busy: set[int] = field(default_factory=set)
    _resolving: set[int] = field(default_factory=set)
    standing: Standing = field(init=False)

    def __post_init__(self) -> None:
        self.standing = Standing(self.line)

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop`; then let what is in flight come home. Raises what is a bug of ours."""
        async with asyncio.TaskGroup() as group:
            while not (stop.is_set() or self.astray):
                self.wake.clear()
                wait = await self._start_next(group)
                if wait > 0 and not stop.is_set():
                    await pause(self.wake, wait)
        await self.standing.remember(at_once=True)

    async def _start_next(self, group: asyncio.TaskGroup) -> float:
        """Start one job if there is one; returns the seconds until there may be another."""
        budget = self.line.session.budget
        await self.standing.remember()
        if budget.full:
            budget.wake_later(self.wake)
            return IDLE
        around = await self._look_around()
        if not around["enabled"]:
            return IDLE
        budget.others = max(0, around["reads"] - budget.spare)
        if budget.throttle.limit == "day":
            await self.standing.tell(DAY_USED)  # Xero may have told it to another connection
        if (wait := max(budget.wait(), float(around["paused"]))) > 0:
            return min(wait, IDLE)
        token = await self._token()
        if token is None:
            return GRANT_PAUSE
        self.astray = not self.line.lease.allows(token.tenant_id)
        return 0.0 if self.astray else await self._start_job(group, token, around)

    async def _start_job(self, group: asyncio.TaskGroup, token: Token, around: Any) -> float:
        if not (around["stirring"] or around["unclear"]):
            return _until(around["due"])
        budget = self.line.session.budget
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(budget.place())
            if budget.crowded:
                return 0.0
            job, wait = await self._next_job(token, around)
            if job is None:
                return wait
            group.create_task(self._do(job, token, stack.pop_all()))
        return 0.0

    async def _look_around(self) -> Any:
        return await QUERIES.look_around(
            self.line.pool, connection_id=self.line.lease.connection_id, busy=list(self._busy)
        )

    async def _token(self) -> Token | None:
        if await self.standing.spare():
            return None
        try:
            token = await self.line.grant.token(newer_than=self.standing.stale)
        except Disconnected as error:
            await self.standing.pause(GRANT_PAUSE, str(error))
        except Unavailable as error:
            LOG.warning("grant.unavailable", connection=self._name, reason=str(error))
        else:
            return token
        return None

    async def _next_job(self, token: Token, around: Any) -> tuple[Any, float]:
        wait, budget = IDLE, self.line.session.budget
        if around["unclear"]:
            row, wait = await resolving.due(self.line, token, self._resolving)
            if row is not None:
                self._resolving.add(row["id"])
                return row, 0.0
            if budget.outages:
                return None, min(IDLE, wait)  # what is unclear probes: nothing new joins it
        lanes = budget.day.lanes(time.monotonic())
        if lanes < 0:
            await self.standing.tell(DAY_OVER)
            return None, min(IDLE, wait)
        busy = frozenset(self._busy)
        job = await take(self.line.pool, self.line.lease, token, busy, lanes, tight=budget.tight)
        if job is None:
            return None, min(wait, _until(around["due"]))
        self._busy |= _ids(job)
        return job, 0.0

    async def _do(self, job: Any, token: Token, place: AsyncExitStack) -> None:
        outages = self.line.session.budget.outages
        async with place:
            try:
                answer = await self._answer(job, token)
            finally:
                self._busy -= _ids(job)
                self._resolving.discard(0 if isinstance(job, Attempt | FirstSight) else job["id"])
            if answer is not None:
                await self.standing.heed(_path(job), answer, token, outages)
        self.wake.set()

    async def _answer(self, job: Any, token: Token) -> Answer | None:
        if isinstance(job, Attempt):
            with tracing.span("attempt.sent", job.traces, bridge__attempt_id=job.id):
                return await self._send(job, token)
        if isinstance(job, FirstSight):
            with tracing.span("contacts.looked_for", traces_of(job.contacts)):
                return await look_for(self.line, token, job.contacts)
        return await resolving.resolve(self.line, token, job)

    async def _send(self, attempt: Attempt, token: Token) -> Answer:
        batch = attempt.batch
        request = Request(batch.route.method, batch.path, batch.body, attempt.key)
        answer = await self.line.session.send(request, token, by=attempt.leaves_by)
        verdicts = judge(batch, answer)
        if await self.line.forbidden.notice(batch.path, answer, token):
            verdicts = self.line.forbidden.judge(batch.path, verdicts)
        verdicts = await adopt(self.line, token, attempt, verdicts)
        recorded = await settle(self.line.pool, self.line.lease, attempt, answer, verdicts)
        await self._report(attempt, answer, verdicts, recorded=recorded)
        return answer

    async def _report(
        self, attempt: Attempt, answer: Answer, verdicts: list[Verdict], *, recorded: bool
    ) -> None:
        metrics.XERO_BATCH_SIZE.observe(len(verdicts))
        if any(verdict.outcome == "ambiguous" for verdict in verdicts):
            metrics.XERO_AMBIGUOUS.labels(self._name).inc()
        for row in await QUERIES.waited(self.line.pool, ids=_applied(verdicts)):
            metrics.WEBHOOK_TO_XERO_SECONDS.observe(row["seconds"])
        LOG.info(
            "attempt.ended",
            connection=self._name,
            attempt_id=attempt.id,
            method=attempt.batch.route.method,
            path=attempt.batch.route.path,
            status=answer.status,
            commands=list(attempt.command_ids),
            outcomes=sorted({verdict.outcome for verdict in verdicts}),
            causes=sorted({verdict.cause for verdict in verdicts if verdict.cause}),
            recorded=recorded,
        )

    @property
    def _name(self) -> str:
        return self.line.lease.name


def _until(due: float | None) -> float:
    """The seconds to rest when nothing may go before `due`, which may be never."""
    return min(IDLE, IDLE if due is None else due) + 0.01


def _path(job: Any) -> str:
    if isinstance(job, Attempt):
        return job.batch.path
    path: str = CONTACT.path if isinstance(job, FirstSight) else job["path"]
    return path


def _ids(job: Any) -> set[int]:
    if isinstance(job, Attempt):
        return set(job.command_ids)
    if isinstance(job, FirstSight):
        return {contact.id for contact in job.contacts}
    return set()


def _applied(verdicts: list[Verdict]) -> list[int]:
    return [verdict.command_id for verdict in verdicts if verdict.outcome == "applied"]
