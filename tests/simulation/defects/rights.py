"""Defects of who may write, of batches, and of what is accepted."""

import asyncio
import contextlib
from importlib import import_module
from typing import Any, Final

from tests.simulation.defects.hunting import DEFECTS, put, put_query
from tests.simulation.store.fakes.tools import seconds
from tests.simulation.store.registry import FAKES

# Defects reach for what a module keeps to itself, and for what it has imported.
BUDGETS: Final[Any] = import_module("outbox.budgets")
FIRST_SIGHT: Final[Any] = import_module("outbox.xero.first_sight")
LEASING_FAKES: Final[Any] = import_module("tests.simulation.store.fakes.leasing")
JOURNAL: Final[Any] = import_module("ingress.journal.writer")
OUTCOMES: Final[Any] = import_module("outbox.xero.outcomes")
RESOLVING: Final[Any] = import_module("outbox.xero.resolving")
SESSION: Final[Any] = import_module("clients.xero.session")
SETTLING: Final[Any] = import_module("outbox.xero.settling")
BUS: Final[Any] = import_module("tests.simulation.bus")


@DEFECTS.add
def completion_without_lease(stack: contextlib.ExitStack) -> None:
    """Whoever comes home writes down what became of a request."""

    async def holds(*_: Any) -> bool:
        return True

    put(stack, SETTLING, "holds", holds)


@DEFECTS.add
def search_without_lease(stack: contextlib.ExitStack) -> None:
    """Whoever comes home writes down what a search showed."""

    async def holds(*_: Any) -> bool:
        return True

    def change(_true: Any) -> Any:
        return _set_all_states

    put(stack, FIRST_SIGHT, "holds", holds)
    put_query(stack, "outbox/xero/states.sql:set_states", change)


def _set_all_states(q: Any, **columns: list[Any]) -> None:
    for number, state, cause, reason, wait in zip(
        *(columns[name] for name in ("ids", "states", "causes", "reasons", "waits")), strict=True
    ):
        command = q.get("commands", number)
        again = {"failures": command["failures"] + 1, "not_before": q.now + seconds(wait)}
        q.update(command, state=state, cause=cause, reason=reason, **again)


@DEFECTS.add
def disabled_not_asked(stack: contextlib.ExitStack) -> None:
    """A disabled connection sends on."""

    def change(_true: Any) -> Any:
        def may_send(q: Any, **given: Any) -> Any:
            yield from _holds(q, given)

        return may_send

    put_query(stack, "outbox/xero/sending.sql:may_send", change)


def _holds(q: Any, given: dict[str, Any]) -> Any:
    true = FAKES.fakes["outbox/lease.sql:holds_lease"]
    yield from true(q, given["connection_id"], given["holder"], given["fence"])


@DEFECTS.add
def batch_rebuilt_on_retry(stack: contextlib.ExitStack) -> None:
    """A repeat sends the bytes as they would be written now."""
    true = RESOLVING._reload

    async def reload(line: Any, row: Any) -> Any:
        attempt = await true(line, row)
        if attempt is not None:
            _REBUILT[row["idempotency_key"]] = attempt.batch.body
        return attempt

    request = RESOLVING.Request

    def rebuilt(method: str, path: str, body: bytes = b"", key: str | None = None) -> Any:
        return request(method, path, _REBUILT.get(key or "", body) + b" ", key)

    put(stack, RESOLVING, "_reload", reload)
    put(stack, RESOLVING, "Request", rebuilt)


_REBUILT: dict[str, bytes] = {}


@DEFECTS.add
def positional_matching(stack: contextlib.ExitStack) -> None:
    """An answer's elements are taken in the order of the request's."""

    def match(_route: Any, members: Any, rows: Any) -> Any:
        return {m.command_id: row for m, row in zip(members, rows, strict=False)}

    put(stack, OUTCOMES, "_match", match)


@DEFECTS.add
def refresh_without_lock(stack: contextlib.ExitStack) -> None:
    """Two processes renew a grant at once."""
    put_query(stack, "clients/xero/grants.sql:lock_grant", lambda _: lambda *_, **__: None)


@DEFECTS.add
def throttle_forgotten(stack: contextlib.ExitStack) -> None:
    """Xero's wish to be left alone is lost with the database's absence."""
    true = BUDGETS.Budgets.of

    async def of(self: Any, lease: Any, others: Any) -> Any:
        self._known.clear()
        return await true(self, lease, others)

    put(stack, BUDGETS.Budgets, "of", of)


@DEFECTS.add
def organisation_divided(stack: contextlib.ExitStack) -> None:
    """Leases are taken one by one, whoever speaks to the organisation already."""

    def is_free(q: Any, connection_id: int, _whom: str, holder: str) -> bool:
        lease = q.get("leases", connection_id)
        return lease is None or lease["expires_at"] <= q.now or lease["holder"] == holder

    def change(true: Any) -> Any:
        def acquire_leases(q: Any, most: int, running: list[int], spoken: Any, **more: Any) -> Any:
            ids = sorted(each["id"] for each in q.all("connections") if each["id"] not in running)
            for number in ids:
                others = [each for each in ids if each != number]
                taken = list(
                    true(q, most=min(most, 1), running=running + others, spoken=[], **more)
                )
                most -= len(taken)
                yield from taken

        return acquire_leases

    put(stack, LEASING_FAKES, "_is_free", is_free)
    put_query(stack, "outbox/lease.sql:acquire_leases", change)


@DEFECTS.add
def ack_before_commit(stack: contextlib.ExitStack) -> None:
    """A knock is noted as heard before its event is decided, and is never sent anew."""

    async def handle(self: Any, handler: Any, number: int, _queue: str, parcel: Any) -> None:
        self._broker.taken.pop(number, None)
        with contextlib.suppress(Exception):
            await handler(parcel[0])

    put(stack, BUS.FakeBus, "_handle", handle)
    put_query(stack, "ingress/journal/knocks.sql:claim_unpublished", lambda _: lambda *_, **__: ())


@DEFECTS.add
def answered_before_commit(stack: contextlib.ExitStack) -> None:
    """A webhook is answered before its event is committed."""
    true = JOURNAL.Journal.record

    async def record(self: Any, entry: Any) -> Any:
        task = asyncio.ensure_future(true(self, entry))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.sleep(0)
        return task.result() if task.done() else JOURNAL.Recorded(10**9, "undecided", new=False)

    put(stack, JOURNAL.Journal, "record", record)


@DEFECTS.add
def dependants_forget_their_place(stack: contextlib.ExitStack) -> None:
    """What is tried again goes to the end of its queues."""

    def change(true: Any) -> Any:
        def set_states(q: Any, **columns: list[Any]) -> None:
            true(q, **columns)
            for ticket in q.all("tickets"):
                if ticket["command_id"] in columns["ids"]:
                    q.update(ticket, position=ticket["position"] + 1000)

        return set_states

    put_query(stack, "outbox/xero/states.sql:set_states", change)


@DEFECTS.add
def no_send_deadline(stack: contextlib.ExitStack) -> None:
    """What was allowed to be sent is sent however long ago that was."""
    true = SESSION.Session.send

    async def send(self: Any, request: Any, token: Any, *, by: float | None = None) -> Any:
        assert by is None or by
        return await true(self, request, token)

    put(stack, SESSION.Session, "send", send)
