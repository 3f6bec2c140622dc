"""Every role restarted under steady traffic: nothing refused, lost, doubled, or out of order.

Run by `make restarts`; `--times` is how often each role is restarted.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from bench.fleet import ROLES, fleet, proxied
from bench.flow import invoice
from tests.journeys.house import SECRET, House, built
from tests.servers import debian, postgres, rabbitmq

PAUSE: Final = 0.05  # seconds between two webhooks
VERSIONS: Final = 3  # of each invoice, so that order shows
UNLIMITED: Final = {"minute": None, "day": None, "app_minute": None, "concurrent": None}
ENDPOINT: Final = "SELECT endpoint FROM connections"


@dataclass
class Tally:
    """What was told, and what came of it."""

    sent: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    restarts: Counter[str] = field(default_factory=Counter)
    bad_exits: list[tuple[str, int]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    slowest_stop: float = 0.0

    @property
    def clean(self) -> bool:
        """Whether nobody noticed."""
        return not (self.refused or self.bad_exits or self.violations)


def body_of(number: int, version: int) -> bytes:
    """One version of an invoice: each has a second more on its stamp, and one piece more."""
    document: dict[str, Any] = json.loads(invoice(number))["invoice"]
    pieces = 2 + version
    for line in document["line_items"]:
        line.update(quantity=pieces, item_total=10.5 * pieces)
    total = 3 * 10.5 * pieces
    document.update(sub_total=total, total=total, balance=total)
    document["last_modified_time"] = f"2026-06-09T09:46:{21 + version}-0400"
    return json.dumps({"invoice": document}).encode()


async def tell(client: httpx.AsyncClient, url: str, body: bytes, tally: Tally) -> None:
    """Post one signed webhook, once: whoever is refused counts."""
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Zoho-Webhook-Signature": signature}
    try:
        answer = await client.post(f"{url}/invoice/edited", content=body, headers=headers)
        result = str(answer.status_code)
    except httpx.HTTPError as error:
        result = type(error).__name__
    tally.sent += 1
    if result != "202":
        tally.refused[result] += 1


async def traffic(house: House, url: str, tally: Tally, stop: asyncio.Event) -> int:
    """Tell of invoice after invoice, each in its versions, until `stop`; gives how many."""
    number = 0
    while not stop.is_set():
        for version in range(VERSIONS):
            await tell(house.client, url, body_of(number, version), tally)
            await asyncio.sleep(PAUSE)
        number += 1
    return number


def violations(ledger: Any, invoices: int) -> list[str]:
    """What Xero should not hold: anything twice, missing, or in an old version."""
    totals: dict[str, list[str]] = {}
    for row in ledger["invoices"]:
        totals.setdefault(row["InvoiceNumber"], []).append(f"{float(row['Total']):.2f}")
    newest = f"{3 * 10.5 * (1 + VERSIONS):.2f}"
    wanted = {f"B-{number}": [newest] for number in range(invoices)}
    wrong = [f"{name}: {totals.get(name)}" for name in wanted if totals.get(name) != [newest]]
    extra = sorted(set(totals) - set(wanted))
    names = Counter(row["Name"] for row in ledger["contacts"])
    return wrong + extra + [name for name, count in names.items() if count > 1]


async def roll(house: House, times: int) -> Tally:
    """Restart every role so often, all roles at once, under steady traffic."""
    tally, stop = Tally(), asyncio.Event()
    await house.bridge("migrate")
    async with fleet(house.folder, house.environment, house.client) as ships:
        house.url = f"http://127.0.0.1:{ships.ports['ingress', 0][0]}"
        await house.apply()
        async with proxied(ships) as proxy:
            endpoint = await house.ask(ENDPOINT)
            url = f"{proxy}/webhooks/zoho/{endpoint}"
            telling = asyncio.create_task(traffic(house, url, tally, stop))
            codes = await asyncio.gather(*(ships.restart(role, times) for role in ROLES))
            stop.set()
            invoices = await telling
        for role, found in zip(ROLES, codes, strict=True):
            tally.restarts[role] = len(found)
            tally.bad_exits += [(role, code) for code in found if code]
        await house.settled()
        tally.slowest_stop = ships.slowest_stop
    tally.violations = violations(await house.xero(), invoices)
    return tally


async def measure(folder: Path, database_url: str, amqp_url: str, times: int) -> Tally:
    """Build a house and roll it."""
    async with built(folder, database_url, amqp_url) as house:
        house.environment["XERO_CALLS_PER_MINUTE"] = "60000"
        await house.control("xero/settings", {"limits": UNLIMITED})
        return await roll(house, times)


def main() -> None:
    """Roll on the servers that DATABASE_URL and AMQP_URL name; exit 1 when anybody noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="restarts of each role")
    times = parser.parse_args().times
    debian.bring("nginx", "nginx-light")
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bridge-restarts-"))
        name = f"bridge_restarts_{os.getpid()}"
        database = stack.enter_context(postgres.database(postgres.server(stack), name))
        vhost = stack.enter_context(rabbitmq.virtual_host(rabbitmq.server(stack), name))
        tally = asyncio.run(measure(Path(folder), database, vhost, times))
    print(f"{tally.sent} webhooks, refused: {dict(tally.refused) or 0}")
    print(f"restarts: {dict(tally.restarts)}, bad exits: {tally.bad_exits or 0}")
    print(f"slowest stop: {tally.slowest_stop:.1f} s of the {90} that deployments give")
    print(f"violations: {tally.violations or 0}")
    raise SystemExit(0 if tally.clean else 1)


if __name__ == "__main__":
    main()
