"""Xero's webhooks: verified, journaled, answered within its five seconds. A bare ASGI callable."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from time import perf_counter
from typing import Any, Final

import structlog
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from bridge import metrics
from bridge.postgres import AWAY, Connection, Pool, borrowed
from bridge.queries import load
from ingress.body import CutOffError, TooLargeError, read_body
from ingress.webhooks.answers import RETRY_AFTER, Header
from ingress.webhooks.xero_reading import HEADER, Change, Post, is_signed, read

QUERIES = load(__file__, "xero.sql")
LOG = structlog.get_logger()
ENTITY: Final = "xero_contact"
BODY_SECONDS: Final = 2.0  # for the whole body; Xero gives five for everything
PATIENCE: Final = 2.0  # seconds for PostgreSQL


class XeroWebhooks:
    """`POST /webhooks/xero`, for all connections together; its answers have no body.

    401 for a wrong signature, and for every one while there is no key; 413 for a body that is too
    large; 503 while PostgreSQL is away, so that Xero comes again; else 200, after the commit.
    An empty webhook, by which Xero tries whether we know its signature, is answered the same way.
    """

    def __init__(self, pool: Pool, key: SecretStr | None) -> None:
        keys = key.get_secret_value().split(",") if key else []
        self._pool = pool
        # One for each app of ours at Xero.
        self._keys = [each.strip().encode() for each in keys if each.strip()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one webhook."""
        started, request_id = perf_counter(), os.urandom(12).hex()
        headers = dict(scope["headers"])
        status, result = await self._take(headers, receive, request_id)
        await _answer(send, status)
        metrics.ACCEPT_SECONDS.observe(perf_counter() - started)
        LOG.info("xero_webhook.received", status=status, result=result, request_id=request_id)

    async def _take(
        self, headers: Mapping[bytes, bytes], receive: Receive, request_id: str
    ) -> tuple[int, str]:
        try:
            body = await read_body(receive, headers.get(b"content-length"), patience=BODY_SECONDS)
        except TooLargeError:
            return _refused(413, "too_large")
        except CutOffError:
            return _refused(400, "unreadable")
        if not is_signed(body, headers.get(HEADER), self._keys):
            return _refused(401, "unsigned")
        try:
            post = read(body)
        except ValueError as error:
            # Xero signed it and would send the same again: the nightly read has what it was about.
            LOG.error("xero_webhook.unreadable", request_id=request_id, problem=str(error)[:300])  # noqa: TRY400  where it broke says nothing
            return _refused(200, "unreadable")
        return await self._keep(post, self._subscription(body, headers), request_id)

    def _subscription(self, body: bytes, headers: Mapping[bytes, bytes]) -> str:
        """Name the subscription by its key, without telling it."""
        key = next(key for key in self._keys if is_signed(body, headers.get(HEADER), [key]))
        return hashlib.sha256(key).hexdigest()

    async def _keep(self, post: Post, subscription: str, request_id: str) -> tuple[int, str]:
        try:
            async with borrowed(self._pool, PATIENCE) as database, database.transaction():
                results = await _record(database, post.changes, request_id)
                missed = await _missed(database, post, subscription)
        except AWAY as error:
            LOG.warning("journal.away", problem=type(error).__name__)
            return _refused(503, "unavailable")
        for connection, trigger, result in results:
            metrics.EVENTS_RECEIVED.labels(connection, ENTITY, trigger, result).inc()
        metrics.EVENTS_RECEIVED.labels("", ENTITY, "", "ignored").inc(post.ignored)
        if missed:
            metrics.EVENTS_RECEIVED.labels("", ENTITY, "", "missed").inc(missed)
            LOG.warning("xero_webhook.missed", events=missed, before=post.first)
        return 200, "accepted"


async def _record(
    database: Connection, changes: Sequence[Change], request_id: str
) -> list[tuple[str, str, str]]:
    """Journal changes; gives connection, trigger and result of each, for the metrics."""
    rows = await QUERIES.record(
        database,
        tenants=[change.tenant_id for change in changes],
        contacts=[change.contact_id for change in changes],
        triggers=[change.trigger for change in changes],
        times=[change.at for change in changes],
        fingerprints=[change.fingerprint for change in changes],
        bodies=[change.body for change in changes],
        request_id=request_id,
    )
    return [(row["name"] or "", row["trigger"], _result(row)) for row in rows]


def _result(row: Any) -> str:
    if not row["known"]:
        return "unknown"
    return "accepted" if row["new"] else "repeat"


async def _missed(database: Connection, post: Post, subscription: str) -> int:
    if not post.last:
        return 0
    missed: int | None = await QUERIES.advance(
        database, subscription=subscription, first=post.first, last=post.last
    )
    if missed:
        await QUERIES.read_anew(database)
    return missed or 0


def _refused(status: int, result: str) -> tuple[int, str]:
    metrics.EVENTS_RECEIVED.labels("", ENTITY, "", result).inc()
    return status, result


async def _answer(send: Send, status: int) -> None:
    headers: list[Header] = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(RETRY_AFTER)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
