"""Xero's own webhooks: thin, signed events of contacts, invoices and credit notes that changed."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import httpx
import orjson

from sandbox.xero.answer import Record
from sandbox.xero.organisation import Organisation

CATEGORIES = {"Contacts": "CONTACT", "Invoices": "INVOICE", "CreditNotes": "CREDITNOTE"}
_FLAGS = {"IsCustomer", "IsSupplier"}
PATIENCE = 5.0  # seconds that Xero waits for an answer


@dataclass
class Webhooks:
    """One subscription, and everything that was sent to it (Xero: webhooks)."""

    url: str = ""
    key: str = ""
    deliveries: list[Record] = field(default_factory=list)
    _sequence: int = 0
    _sending: set[asyncio.Task[None]] = field(default_factory=set)

    async def intend(self, url: str, key: str) -> bool:
        """Subscribe if the receiver tells right signatures (2xx) from wrong ones (401)."""
        probe = self._body([])
        right = await self._post(url, probe, _signature(key, probe))
        wrong = await self._post(url, probe, _signature(secrets.token_hex(8), probe))
        if 200 <= right < 300 and wrong == httpx.codes.UNAUTHORIZED:  # noqa: PLR2004  # 2xx
            self.url, self.key = url, key
        return bool(self.url)

    def tell(self, org: Organisation, now: datetime) -> None:
        """Send events for what the organisation's journal says has changed, in the background."""
        events = list(_events(org, now))
        if not self.url or not events:
            return
        task = asyncio.ensure_future(self._deliver(self._body(events)))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def settled(self) -> None:
        """Wait until nothing is being sent."""
        while self._sending:
            await asyncio.wait(set(self._sending))

    def _body(self, events: list[Record]) -> bytes:
        first = self._sequence + 1
        self._sequence += len(events)
        return orjson.dumps(
            {
                "events": events,
                "firstEventSequence": first if events else 0,
                "lastEventSequence": self._sequence if events else 0,
                "entropy": secrets.token_urlsafe(12).upper(),
            }
        )

    async def _deliver(self, body: bytes) -> None:
        """Post once, and once more at once if that failed; later repeats are not played."""
        for _ in range(2):
            status = await self._post(self.url, body, _signature(self.key, body))
            self.deliveries.append({"body": orjson.loads(body), "status": status})
            if status < httpx.codes.MULTIPLE_CHOICES and status:
                return

    async def _post(self, url: str, body: bytes, signature: str) -> int:
        headers = {"x-xero-signature": signature, "Content-Type": "application/json"}
        try:
            async with httpx.AsyncClient(timeout=PATIENCE) as client:
                answer = await client.post(url, content=body, headers=headers)
        except httpx.HTTPError:
            return 0  # no answer
        return answer.status_code


def _signature(key: str, body: bytes) -> str:
    return base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()


def _events(org: Organisation, now: datetime) -> Iterator[Record]:
    """One event for each changed record; a contact's flags, set in passing, are no change."""
    first: dict[tuple[str, str], Record | None] = {}
    for table, row_id, before in org.books.journal.changes:
        if table.name in CATEGORIES:
            first.setdefault((table.name, row_id), before)
    tables = {table.name: table for table, _, _ in org.books.journal.changes}
    for (name, row_id), before in first.items():
        after = tables[name].get(row_id) or {}
        if before and {each for each in after if after[each] != before.get(each)} <= _FLAGS:
            continue
        yield {
            "resourceUrl": f"https://api.xero.com/api.xro/2.0/{name}/{row_id}",
            "resourceId": row_id,
            "eventDateUtc": now.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3],
            "eventType": "UPDATE" if before else "CREATE",
            "eventCategory": CATEGORIES[name],
            "tenantId": org.id,
            "tenantType": "ORGANISATION",
        }
