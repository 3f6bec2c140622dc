"""Requests as they arrive: logged, and led through the faults that were ordered for them."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from sandbox.xero.answer import Answer, Record
from sandbox.xero.encoding import encode
from sandbox.xero.faults import Fault
from sandbox.xero.refusals import Answered
from sandbox.xero.state import XeroState

CUT = "sandbox.cut"
_SECRET = ("/connect/", "/identity/")  # their bodies hold secrets and tokens


@dataclass(frozen=True)
class Arrival:
    """A request with its body read, its line in the log, and the fault drawn for it."""

    request: Request
    body: bytes
    entry: Record
    fault: Fault | None


def wall_time() -> str:
    """Return the time of this machine, for logs that are held against other logs.

    The stand-in's own clock may be pushed or run fast; a database's beside it is not.
    """
    return datetime.now(UTC).isoformat()


async def arrive(state: XeroState, request: Request) -> Arrival:
    """Read a request, write it in the log, and draw its fault."""
    body, url, headers = await request.body(), request.url, request.headers
    secret = url.path.startswith(_SECRET)
    entry: Record = {
        "at": state.clock.now().isoformat(),
        "wall_at": wall_time(),
        "method": request.method,
        "path": url.path,
        "query": "" if secret else url.query,
        "tenant": headers.get("xero-tenant-id"),
        "idempotency_key": headers.get("idempotency-key"),
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "body": "" if secret else body.decode("utf-8", "replace"),
        "status": None,  # stays so when the answer is lost
        "applied": False,
    }
    state.log.append(entry)
    return Arrival(request, body, entry, state.faults.draw(request.method, url.path, body))


async def lead(
    state: XeroState, arrival: Arrival, work: Callable[[], Awaitable[Answer]]
) -> Response:
    """Answer a request by `work`, unless its fault cuts the connection or answers before it."""
    fault = arrival.fault
    if fault and fault.effect == "request_lost":
        return await _cut(arrival.request)
    if fault and fault.keeps_out:
        await state.clock.sleep(fault.delay)
        return _respond(arrival, fault.answer())
    if fault and fault.effect == "answer_lost":
        working = asyncio.ensure_future(work())
        state.at_work.add(working)
        working.add_done_callback(state.at_work.discard)
        if not fault.delay:
            await working
        return await _cut(arrival.request)
    answer = await work()
    return _respond(arrival, fault.answer() if fault and fault.is_the_gateways else answer)


async def act(state: XeroState, arrival: Arrival, endpoint: Callable[[], Answer]) -> Answer:
    """Do what was asked, late or not at all if the fault says so, and return the answer to keep."""
    fault = arrival.fault
    if fault:
        await state.clock.sleep(fault.delay)
        if fault.effect == "status" and not fault.applied:
            return fault.answer()
    if state.latency:
        await asyncio.sleep(state.latency)
    try:
        answer = endpoint()
    except Answered as early:
        answer = early.answer
    spoils = fault and fault.effect == "status" and not fault.is_the_gateways
    return fault.answer() if fault and spoils else answer


async def _cut(request: Request) -> Response:
    """Cut the connection with no answer. Only the sandbox's own server can; elsewhere it raises."""
    extension = request.scope.get("extensions", {}).get(CUT)
    if extension is None:
        raise ConnectionResetError("the connection is cut before the answer")
    extension["abort"]()
    await request.receive()  # until the server has noticed
    return Response()


def _respond(arrival: Arrival, answer: Answer) -> Response:
    arrival.entry["status"] = answer.status
    headers = dict(answer.headers)
    if isinstance(answer.body, str):
        kind = "text/html" if answer.body.startswith("<") else "text/plain"
        return Response(answer.body, answer.status, headers, media_type=kind)
    return Response(encode(answer.body), answer.status, headers, media_type="application/json")
