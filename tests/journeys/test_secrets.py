"""Secrets stay secret: none is in any log line, metric, message, page, or in clear in a table."""

import asyncio
import json
from typing import Any

import asyncpg
import httpx
import pytest
from yarl import URL

from bridge.crypto import Vault, generate_key, parse_keys
from bridge.ports import free_port
from tests.journeys import clerk
from tests.journeys.house import FILE, TOKEN, House, answering
from tests.journeys.test_erasing import places
from tests.servers.rabbitmq import Broker

ROLES = ("ingress", "processor", "outbox", "sweeper")
WEBHOOK, XERO_APP = "canarywebhook20", "canary-xero-app-secret"
PAGES = (
    *("/api/openapi.json", "/api/connections", "/api/connections/acme", "/metrics", "/readyz"),
    *("/", "/login", "/nowhere"),
)


@pytest.fixture
async def watched(house: House) -> dict[str, str]:
    """Run every role as chatty as it can be, through work and failures; gives what is secret."""
    key = generate_key()
    house.environment |= {
        "ACME_SECRET": WEBHOOK,
        "BRIDGE_SECRET_KEY": key,
        "BRIDGE_LOG_LEVEL": "debug",
        "XERO_CLIENT_SECRET": XERO_APP,
        "XERO_CLIENT_ID": "canary-app",
    }
    await house.bridge("migrate")
    for role in ROLES:
        port = str(free_port())
        house.environment["BRIDGE_METRICS_PORT"] = port
        await house.start(role)
    await answering(house.client, f"{house.url}/readyz")
    await house.apply(FILE)
    await house.control("zoho/webhooks", hooks(house, await house.ask(ENDPOINT)))
    customer = await clerk.customer(house, "Acme")
    invoice = await clerk.invoice(house, customer, 100)
    await house.control("xero/faults", [LOST])
    await clerk.pay(house, invoice, 10)
    await house.settled()
    await post_unsigned(house)
    return {
        "BRIDGE_SECRET_KEY": key,
        "BRIDGE_API_TOKEN": TOKEN,
        "XERO_CLIENT_SECRET": XERO_APP,
        "webhook_secret": WEBHOOK,
        "client_secret": "sandbox-custom-secret",
        "database password": password(house.environment["DATABASE_URL"]),
        "access token": await access_token(house, key),
    }


ENDPOINT = "SELECT endpoint FROM connections"
LOST = {"match": {"method": "PUT", "path": "/Payments"}, "times": 1, "effect": "answer_lost"}


def hooks(house: House, endpoint: str) -> dict[str, str]:
    address = f"{house.url}/webhooks/zoho/{endpoint}"
    return {"base_url": address, "secret": WEBHOOK, "organization_id": "60001234"}


def password(url: str) -> str:
    return URL(url).password or "no password"


async def post_unsigned(house: House) -> None:
    address = f"{house.url}/webhooks/zoho/{await house.ask(ENDPOINT)}/invoice/created"
    signature = {"X-Zoho-Webhook-Signature": "canary-signature"}
    await house.client.post(address, content=b'{"invoice": {}}', headers=signature)


async def access_token(house: House, key: str) -> str:
    database = await asyncpg.connect(house.environment["DATABASE_URL"])
    row: Any = await database.fetchrow(
        "SELECT connection_id, sealed FROM grants WHERE system = 'xero'"
    )
    await database.close()
    context = f"{row['connection_id']}/grant.xero"
    opened: dict[str, Any] = json.loads(Vault(parse_keys(key)).open(row["sealed"], context=context))
    token = next(value for name, value in opened.items() if "access" in name)
    return str(token)


async def read(house: House, path: str) -> str:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = await house.client.get(f"{house.url}{path}", headers=headers)
    return answer.text + str(answer.headers)


async def message(house: House, broker: Broker, customer: str) -> str:
    """Read a message as it lies in the queue, while nobody takes it."""
    await house.stop("processor")
    await clerk.invoice(house, customer, 5)
    await house.control("zoho/settle", {})
    vhost = URL(house.environment["AMQP_URL"]).path.strip("/")
    asked = {"count": 9, "ackmode": "ack_requeue_true", "encoding": "auto"}
    url = f"{broker.management}/api/queues/{vhost}/processor.invoice/get"
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client, asyncio.timeout(60):
        while (found := (await client.post(url, json=asked)).text) == "[]":  # noqa: ASYNC110  the broker tells nobody
            await asyncio.sleep(0.05)
    return found


@pytest.mark.timeout(400)
async def test_no_secret_is_anywhere_but_in_its_place(
    house: House, watched: dict[str, str], broker: Broker
) -> None:
    customer = await house.ask("SELECT zoho_id FROM documents WHERE entity = 'contact'")
    told = {path: await read(house, path) for path in PAGES}
    told["message"] = await message(house, broker, customer)
    for command in (("doctor",), ("connection", "show", "acme"), ("commands", "list")):
        words = (*command, "--connection", "acme") if command[0] == "commands" else command
        told[" ".join(command)] = (await house.bridge(*words))[1]
    for role in ROLES:
        told[f"log of {role}"] = (house.folder / f"{role}.log").read_text(encoding="utf-8")

    assert "Acme" not in told["message"]
    assert '"event"' in told["message"].replace("\\", "")
    assert "event.decided" in told["log of processor"]
    assert "attempt.ended" in told["log of outbox"]
    leaks = {
        (where, name)
        for where, text in told.items()
        for name, secret in watched.items()
        if secret in text
    }
    assert leaks == set()
    assert "canary-signature" not in "".join(told.values())
    assert await places(house.environment["DATABASE_URL"], *watched.values()) == set()
