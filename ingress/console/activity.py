"""The activity page: every document with its state, searched and live."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from pydantic import ValidationError
from starlette.responses import Response, StreamingResponse

from bridge.postgres import AWAY, borrowed
from bridge.queries import load
from ingress.api.listing import list_documents
from ingress.console.visitor import Visitor
from ingress.console.wording import ENTITIES, STATES
from schemas.api import DocumentQuery

QUERIES = load(__file__, "console.sql")
PAGE: Final = 50
BEAT: Final = 2.0  # seconds between two looks
LONGEST: Final = 300.0  # seconds; the browser asks again by itself
PATIENCE: Final = 5.0
ASKED: Final = ("q", "state", "entity", "since", "until", "after")


async def show(visitor: Visitor) -> Response:
    """Show documents, the one that changed last first."""
    row = await visitor.connection()
    asked = {name: value for name in ASKED if (value := visitor.asked(name))}
    wrong = ""
    try:
        query = DocumentQuery.model_validate(asked | {"limit": PAGE})
    except ValidationError as error:
        query = DocumentQuery(limit=PAGE)
        wrong = ", ".join(sorted({str(each["loc"][0]) for each in error.errors()}))
    found = await list_documents(visitor.database, row["id"], query)
    return visitor.page(
        "activity.html",
        title="Activity",
        rows=found.documents,
        after=found.after,
        asked=asked,
        wrong=wrong,
        states=STATES,
        entities=ENTITIES,
    )


async def live(visitor: Visitor) -> Response:
    """Tell the page whenever it would look different (server-sent events)."""
    row = await visitor.connection()
    return StreamingResponse(
        _beats(visitor, row["id"]),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},  # a proxy must not gather them
    )


async def _beats(visitor: Visitor, connection_id: int) -> AsyncIterator[str]:
    """Look every other second while the session lasts; a stop of the process ends it at once."""
    stopping = getattr(visitor.request.app.state, "stopping", None) or asyncio.Event()
    yield "retry: 2000\n\n"
    before, clock = None, asyncio.get_running_loop()
    ends = clock.time() + LONGEST
    while not stopping.is_set() and clock.time() < ends:
        now = await _look(visitor, connection_id)
        if now is None:
            return
        yield "event: changed\ndata: 1\n\n" if before not in (None, now) else ": here\n\n"
        before = now
        await _rest(stopping)


async def _look(visitor: Visitor, connection_id: int) -> Any:
    """Give the connection's pulse; None once nobody may see it any more, or it can't be had."""
    console = visitor.console
    try:
        async with borrowed(console.office.pool, PATIENCE) as database:
            if not await console.admission.actor(visitor.request, database, by_hand=False):
                return None
            return await QUERIES.pulse(database, connection_id=connection_id)
    except AWAY:
        return None


async def _rest(stopping: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(BEAT):
            await stopping.wait()
    except TimeoutError:
        return
