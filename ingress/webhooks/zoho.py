"""Zoho's webhooks: verified, journaled, answered, then knocked. A bare ASGI callable, for speed."""

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import Any, Final

import structlog
from starlette.types import Receive, Scope, Send

from bridge import metrics, tracing
from ingress.body import LARGEST, CutOffError, TooLargeError, read_body
from ingress.journal.delivery import Delivery, Ping, Post, Refusal, read
from ingress.journal.knocks import Knocks
from ingress.journal.recording import Entry, GoneError, Recorded
from ingress.journal.writer import Journal, JournalAwayError, UnstorableError
from ingress.webhooks import answers
from ingress.webhooks.answers import Refused, answer
from ingress.webhooks.directory import Directory, DirectoryAwayError, Door
from ingress.webhooks.signature import HEADER, is_signed, signed_bytes
from schemas.messages import Knock
from schemas.words import ENTITIES, TRIGGERS

LOG = structlog.get_logger()
QUERY: Final = re.compile(rb"(?:id=([0-9]{1,32}))?&?")
REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._:-]{1,64}")
MODULES: Final = frozenset(ENTITIES)
MOMENTS: Final = frozenset(TRIGGERS)
LONGEST_TYPE: Final = 100
RESULTS: Final = {"undecided": "accepted", "held": "accepted", "parked": "parked"}


@dataclass(slots=True)
class Visit:
    """What is known of a webhook so far, for its one line in the log."""

    started: float
    request_id: str
    module: str
    trigger: str
    connection: str = ""
    size: int = 0
    event_id: int | None = None


class ZohoWebhooks:
    """`POST /webhooks/zoho/{endpoint}/{module}/{trigger}`.

    Refused in this order: an unknown query (422), an unknown address (404), a body that is too
    large (413), a wrong signature (401), a body that is no document (422). 202 comes after the
    commit only; 503 while PostgreSQL is away.
    """

    def __init__(self, directory: Directory, journal: Journal, knocks: Knocks) -> None:
        self._directory = directory
        self._journal = journal
        self._knocks = knocks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one webhook."""
        headers = dict(scope["headers"])
        visit = _visit(scope, headers)
        with tracing.span("webhook.received", kind="SERVER", bridge__module=visit.module):
            await self._answer(visit, scope, headers, receive, send)

    async def _answer(
        self, visit: Visit, scope: Scope, headers: dict[bytes, bytes], receive: Receive, send: Send
    ) -> None:
        try:
            result = await self._take(visit, scope, headers, receive)
        except Refused as refused:
            await answer(send, refused.status, refused.content, visit.request_id, *refused.headers)
            _tell(visit, refused.result, error=refused.error)
        else:
            content: dict[str, Any] = {"status": result, "event": visit.event_id}
            await answer(send, 202, content, visit.request_id)
            _tell(visit, result)

    async def _take(
        self, visit: Visit, scope: Scope, headers: dict[bytes, bytes], receive: Receive
    ) -> str:
        endpoint = scope["path_params"]["endpoint"]
        query = QUERY.fullmatch(scope["query_string"])
        if query is None:
            raise answers.unknown_query()
        door = await self._door(visit, endpoint)
        body = await _body(receive, headers)
        visit.size = len(body)
        content_type = headers.get(b"content-type", b"").decode("latin-1").lower()[:LONGEST_TYPE]
        _verify(door, scope["query_string"].rstrip(b"&"), content_type, headers, body)
        zoho_id = (query[1] or b"").decode()
        post = Post(visit.module, visit.trigger, zoho_id, content_type, body)
        match read(post, door.organization_id):
            case Refusal(reason):
                raise answers.unreadable(reason)
            case Ping():
                return "ignored"
            case Delivery() as delivery:
                entry = _entry(door, visit, content_type, body, delivery)
                return await self._keep(visit, entry)

    async def _door(self, visit: Visit, endpoint: str) -> Door:
        if visit.module not in MODULES or visit.trigger not in MOMENTS:
            raise answers.unknown_address()
        try:
            door = self._directory.known(endpoint) or await self._directory.find(endpoint)
        except DirectoryAwayError:
            raise answers.unavailable("PostgreSQL is away") from None
        if door is None:
            raise answers.unknown_address()
        visit.connection = door.name
        return door

    async def _keep(self, visit: Visit, entry: Entry) -> str:
        recorded = await _record(self._journal, entry)
        visit.event_id = recorded.event_id
        if not recorded.new:
            return "repeat"
        if recorded.state == "undecided":
            self._knocks.announce(_knock(entry, recorded), entry.trace)
        return RESULTS.get(recorded.state, "ignored")


def _visit(scope: Scope, headers: dict[bytes, bytes]) -> Visit:
    given = headers.get(b"x-request-id", b"")
    request_id = given.decode() if REQUEST_ID.fullmatch(given) else os.urandom(12).hex()
    path = scope["path_params"]
    return Visit(perf_counter(), request_id, path["module"], path["trigger"])


async def _body(receive: Receive, headers: dict[bytes, bytes]) -> bytes:
    try:
        return await read_body(receive, headers.get(b"content-length"))
    except TooLargeError:
        raise answers.too_large(LARGEST) from None
    except CutOffError as error:
        raise answers.cut_off(str(error)) from None


def _verify(
    door: Door, query: bytes, content_type: str, headers: dict[bytes, bytes], body: bytes
) -> None:
    if door.locked:
        raise answers.locked()
    if not door.secrets:
        raise answers.unsigned("the connection has no webhook_secret")
    signature = headers.get(HEADER)
    if signature is None:
        raise answers.unsigned("the header X-Zoho-Webhook-Signature is missing")
    try:
        message = signed_bytes(query, content_type, body)
    except ValueError:
        raise answers.unsigned("the form has too many fields to be verified") from None
    if not is_signed(message, signature, door.secrets):
        raise answers.unsigned("the signature does not belong to this body and this secret")


async def _record(journal: Journal, entry: Entry) -> Recorded:
    try:
        return await journal.record(entry)
    except JournalAwayError as error:
        raise answers.unavailable(str(error)) from None
    except UnstorableError:
        raise answers.unreadable("PostgreSQL can't hold what the body says") from None
    except GoneError:
        raise answers.unknown_address() from None


def _entry(door: Door, visit: Visit, kind: str, body: bytes, delivery: Delivery) -> Entry:
    trace = tracing.current()
    return Entry(door.connection_id, visit.request_id, kind, body, delivery, trace=trace)


def _knock(entry: Entry, recorded: Recorded) -> Knock:
    delivery = entry.delivery
    return Knock(
        event=recorded.event_id,
        connection=entry.connection_id,
        entity=delivery.entity,
        trigger=delivery.trigger,
        document=delivery.zoho_id,
        request=entry.request_id,
    )


# The look-up of a metric by its labels costs more than to count.
_counter = lru_cache(maxsize=4096)(metrics.EVENTS_RECEIVED.labels)


def _tell(visit: Visit, result: str, **more: str) -> None:
    seconds = perf_counter() - visit.started
    entity = visit.module if visit.module in MODULES else ""
    trigger = visit.trigger if visit.trigger in MOMENTS else ""
    _counter(visit.connection, entity, trigger, result).inc()
    metrics.ACCEPT_SECONDS.observe(seconds)
    LOG.info(
        "event.received",
        connection=visit.connection,
        entity=entity,
        trigger=trigger,
        result=result,
        event_id=visit.event_id,
        request_id=visit.request_id,
        bytes=visit.size,
        ms=round(seconds * 1000, 2),
        **more,
    )
