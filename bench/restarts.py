"""Every role restarted under steady traffic: nothing refused, and no invariant broken.

Run by `make restarts`; `--times` is how often each role is restarted. The simulation's checker
judges what came of it.
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
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import httpx

from bench.fleet import GRACE, ROLES, fleet, proxied
from bench.flow import invoice
from tests.journeys.collecting import Witness, collect
from tests.journeys.house import SECRET, House, built
from tests.servers import debian, postgres, rabbitmq
from tests.simulation.checker import by_number, check

PAUSE: Final = 0.05  # seconds between two webhooks
PATIENCE: Final = 120.0  # seconds until all must be at rest after the last restart
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
    slowest_stop: float = 0.0
    witness: Witness = field(default_factory=Witness)
    history: dict[str, Any] = field(default_factory=dict)  # for the checker
    violations: list[str] = field(default_factory=list)

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
    """Post one signed webhook, once: whoever is refused counts. Zoho holds it all the same."""
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Zoho-Webhook-Signature": signature}
    document = json.loads(body)["invoice"]
    tally.witness.holds_invoice(document)
    tally.sent += 1
    try:
        answer = await client.post(f"{url}/invoice/edited", content=body, headers=headers)
    except httpx.HTTPError as error:
        tally.refused[type(error).__name__] += 1
        return
    if answer.status_code != HTTPStatus.ACCEPTED:
        ours = answer.headers["content-type"] == "application/json"  # the proxy says HTML
        why = answer.json()["reason"] if ours else "by the proxy"
        tally.refused[f"{answer.status_code} {why}"] += 1
        return
    event, zoho_id = answer.json()["event"], document["invoice_id"]
    seen = {"status": answer.status_code, "event": event, "entity": "invoice", "zoho_id": zoho_id}
    tally.witness.answers.append(seen)


async def traffic(house: House, url: str, tally: Tally, stop: asyncio.Event) -> None:
    """Tell of invoice after invoice, each in its versions, until `stop`."""
    number = 0
    while not stop.is_set():
        for version in range(VERSIONS):
            await tell(house.client, url, body_of(number, version), tally)
            await asyncio.sleep(PAUSE)
        number += 1


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
            await telling
        for role, found in zip(ROLES, codes, strict=True):
            tally.restarts[role] = len(found)
            tally.bad_exits += [(role, code) for code in found if code]
        tally.witness.busy = await house.rested(PATIENCE)
        tally.slowest_stop = ships.slowest_stop
    tally.history = await collect(house, tally.witness)
    tally.violations = check(tally.history)
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
    print(f"slowest stop: {tally.slowest_stop:.1f} s of the {GRACE} that deployments give")
    print(f"violations: {len(tally.violations)}")
    for line in by_number(tally.violations):
        print(f"  {line}")
    raise SystemExit(0 if tally.clean else 1)


if __name__ == "__main__":
    main()
