"""What scripts read of connections and documents."""

import json
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator

from bridge.local_bus import LocalBus
from bridge.postgres import Pool
from tests.ingress.conftest import ENDPOINT, TOKEN, Door, connect, invoice, opened, stamped

ID = "4600000000000001"
HISTORY = f"/api/connections/acme/documents/invoice/{ID}"


async def ask(door: Door, path: str, **query: Any) -> Any:
    answer = await get(door, path, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def get(door: Door, path: str, **query: Any) -> httpx.Response:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    return await door.client.get(path, params=query, headers=bearer)


async def decide(door: Door, event: int, outcome: str, code: str | None = None, **of: str) -> None:
    entity, zoho_id = of.get("entity", "invoice"), of.get("zoho_id", ID)
    await door.pool.execute("UPDATE events SET state = 'decided' WHERE id = $1", event)
    await door.pool.execute(
        "INSERT INTO decisions (connection_id, event_id, entity, zoho_id, action, outcome, code,"
        " reason) VALUES ($1, $2, $3, $4, 'A2', $5, $6, 'as the rule says')",
        *(door.number, event, entity, zoho_id, outcome, code),
    )


async def command(door: Door, event: int, key: str = f"invoice:{ID}", **fields: str) -> int:
    entity, _, zoho_id = fields.pop("document", f"invoice:{ID}").partition(":")
    kind, state = fields.get("kind", "invoice.put"), fields.get("state", "pending")
    number: int = await door.pool.fetchval(
        "INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body,"
        " state) VALUES ($1, $2, $3, $4, 'A2', $5, $6, '{}', $7) RETURNING id",
        *(door.number, event, entity, zoho_id, kind, key, state),
    )
    return number


async def ticket(door: Door, number: int, document: str, position: int) -> None:
    await door.pool.execute(
        "INSERT INTO tickets (command_id, connection_id, document, position)"
        " VALUES ($1, $2, $3, $4)",
        *(number, door.number, document, position),
    )


async def link(door: Door, key: str, xero_id: str) -> None:
    await door.pool.execute("INSERT INTO links VALUES ($1, $2, $3)", door.number, key, xero_id)


async def test_a_document_s_history_tells_all_of_it(door: Door) -> None:
    event = (await door.post(stamped())).json()["event"]
    await decide(door, event, "applied")
    number = await command(door, event, state="done")
    attempt = await door.pool.fetchval(
        "INSERT INTO attempts (connection_id, idempotency_key, method, path, body, body_hash,"
        " generation, fence, outcome, status, message)"
        " VALUES ($1, 'k', 'PUT', '/Invoices', '', '', 1, 1, 'applied', 200, 'OK') RETURNING id",
        door.number,
    )
    await door.pool.execute(
        "INSERT INTO attempt_members (attempt_id, command_id, place, outcome)"
        " VALUES ($1, $2, 0, 'applied')",
        *(attempt, number),
    )
    await link(door, f"invoice:{ID}", "x-1")
    await door.pool.execute(
        "INSERT INTO documents (connection_id, entity, zoho_id, number)"
        " VALUES ($1, 'invoice', $2, 'INV-1')",
        *(door.number, ID),
    )

    history = await ask(door, HISTORY)

    assert (history["state"], history["number"], history["xero_id"]) == ("synced", "INV-1", "x-1")
    assert history["url"] == "https://go.xero.com/AccountsReceivable/View.aspx?InvoiceID=x-1"
    [received], [decided], [asked] = (history[name] for name in ("events", "decisions", "commands"))
    assert (received["id"], received["source"], received["state"]) == (event, "webhook", "decided")
    assert received["received_at"].endswith("Z")
    assert (decided["event_id"], decided["action"], decided["outcome"]) == (event, "A2", "applied")
    assert (asked["id"], asked["kind"], asked["state"]) == (number, "invoice.put", "done")
    [sent] = asked["attempts"]
    assert (sent["outcome"], sent["status"], sent["message"]) == ("applied", 200, "OK")


async def test_a_document_known_by_its_webhook_only_waits(door: Door) -> None:
    await door.post(stamped())

    history = await ask(door, HISTORY)

    assert (history["state"], history["number"], history["url"]) == ("waiting", None, None)
    assert (history["decisions"], history["commands"]) == ([], [])


async def test_the_state_follows_what_is_open_before_what_was_decided(door: Door) -> None:
    states = []
    event = (await door.post(stamped())).json()["event"]
    for outcome, code in (
        ("withheld", "is_draft"),
        ("withheld", "never_exported"),
        ("applied", None),
    ):
        await door.pool.execute("DELETE FROM decisions")
        await decide(door, event, outcome, code)
        states.append((await ask(door, HISTORY))["state"])
    for state in ("ambiguous", "parked"):
        await command(door, event, state=state)
        states.append((await ask(door, HISTORY))["state"])
    await door.pool.execute("UPDATE events SET state = 'held'")
    states.append((await ask(door, HISTORY))["state"])

    assert states == ["withheld", "ignored", "synced", "waiting", "parked", "held"]


async def test_superseded_decisions_are_passed_over(door: Door) -> None:
    first = (await door.post(stamped())).json()["event"]
    second = (await door.post(stamped(total=11))).json()["event"]
    await decide(door, first, "withheld", "is_draft")
    await decide(door, second, "superseded", "unchanged")

    assert (await ask(door, HISTORY))["state"] == "withheld"


async def test_one_thing_withheld_shows_though_the_rest_is_applied(door: Door) -> None:
    event = (await door.post(stamped())).json()["event"]
    await decide(door, event, "applied")
    await decide(door, event, "withheld", "unused_amount")

    assert (await ask(door, HISTORY))["state"] == "withheld"


async def test_a_command_names_what_it_waits_for(door: Door) -> None:
    event = (await door.post(stamped())).json()["event"]
    payment = {"payment": {"payment_id": "7", "invoices": [{"invoice_id": ID}]}}
    later = (await door.post(payment, f"{ENDPOINT}/customer_payment/created")).json()["event"]
    first = await command(door, event, state="parked")
    share = await command(
        door, later, "payment:71", kind="payment.create", document="customer_payment:7"
    )
    await ticket(door, first, f"invoice:{ID}", 1)
    await ticket(door, share, f"invoice:{ID}", 2)
    for key in (f"invoice:{ID}", "contact:5"):
        await door.pool.execute("INSERT INTO needs VALUES ($1, $2, $3)", share, door.number, key)
    await link(door, "contact:5", "x-5")

    history = await ask(door, "/api/connections/acme/documents/customer_payment/7")

    [asked] = history["commands"]
    assert asked["waits_for"] == [
        f"invoice:{ID}",
        f"command {first} (invoice.put, parked)",
        f"event {event}",
    ]


async def test_a_payment_shows_the_page_of_its_share(door: Door) -> None:
    payment = {"payment": {"payment_id": "7"}}
    event = (await door.post(payment, f"{ENDPOINT}/customer_payment/created")).json()["event"]
    await command(door, event, "payment:71", kind="payment.create", document="customer_payment:7")
    await link(door, "payment:71", "x-71")

    history = await ask(door, "/api/connections/acme/documents/customer_payment/7")

    assert history["xero_id"] == "x-71"
    assert history["url"].endswith("bankTransactionID=x-71")


async def test_what_names_no_document_can_be_looked_at(door: Door) -> None:
    await door.post({"invoice": {"total": 5}})

    history = await ask(door, "/api/connections/acme/documents/invoice/-")

    assert history["state"] == "parked"
    assert "invoice_id" in history["events"][0]["reason"]


async def test_documents_are_listed_by_entity_state_and_number(door: Door) -> None:
    for zoho_id in ("1", "2", "3"):
        await door.post(invoice(zoho_id))
    await door.post({"bill": {"bill_id": "4"}}, f"{ENDPOINT}/bill/created")
    await decide(door, (await door.events())[0]["id"], "applied", zoho_id="1")
    await door.pool.execute(
        "INSERT INTO documents (connection_id, entity, zoho_id, number)"
        " VALUES ($1, 'invoice', '1', 'INV-1'), ($1, 'contact', '9', 'locked only')",
        door.number,
    )
    path = "/api/connections/acme/documents"

    async def listed(**query: object) -> list[str]:
        found = (await ask(door, path, **query))["documents"]
        return [f"{row['entity']}:{row['zoho_id']} {row['state']}" for row in found]

    everything = ["bill:4 waiting", "invoice:3 waiting", "invoice:2 waiting", "invoice:1 synced"]
    assert await listed() == everything
    assert await listed(entity="invoice", limit=1) == ["invoice:3 waiting"]
    assert await listed(state="synced") == ["invoice:1 synced"]
    assert await listed(number="INV-1") == ["invoice:1 synced"]


async def test_connections_show_their_addresses_and_what_is_open(door: Door) -> None:
    await connect(door.pool, "other")
    await door.post(stamped())

    listed = await ask(door, "/api/connections")
    shown = await ask(door, "/api/connections/acme")

    assert [row["name"] for row in listed["connections"]] == ["acme", "other"]
    assert shown["endpoint"] == ENDPOINT
    assert (shown["events"], shown["commands"]) == ({"undecided": 1}, {})
    assert f"/webhooks/zoho/{ENDPOINT}/invoice/created" in json.dumps(shown["webhooks"])
    assert "secret" not in json.dumps([listed, shown])


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/api/connections/nobody", "nobody"),
        ("/api/connections/nobody/documents", "nobody"),
        (f"/api/connections/nobody/documents/invoice/{ID}", "nobody"),
        ("/api/connections/acme/documents/salesorder/1", "salesorder"),
        ("/api/connections/acme/documents/invoice/404", "nothing is known of invoice 404"),
        ("/api/nothing", "Not Found"),
    ],
)
async def test_what_is_not_there_is_said_plainly(door: Door, path: str, word: str) -> None:
    answer = await get(door, path)

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert word in answer.json()["reason"]


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": "x"}, {"entity": "salesorder"}, {"state": "new"}, {"colour": 1}],
)
async def test_a_query_that_is_not_understood_is_said_so(
    door: Door, query: dict[str, object]
) -> None:
    answer = await get(door, "/api/connections/acme/documents", **query)

    assert answer.status_code == 422
    assert next(iter(query)) in answer.json()["reason"]


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Basic abc", f"Bearer {TOKEN}x"])
@pytest.mark.parametrize("path", ["/api/connections", HISTORY, "/api/openapi.json", "/api/nothing"])
async def test_nobody_enters_without_the_token(door: Door, path: str, given: str) -> None:
    answer = await door.client.get(path, headers={"Authorization": given})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "BRIDGE_API_TOKEN" in answer.json()["reason"]


async def test_while_no_token_is_set_nobody_enters(pool: Pool) -> None:
    async with opened(pool, LocalBus(), BRIDGE_API_TOKEN="") as door:
        answer = await door.client.get("/api/connections", headers={"Authorization": "Bearer x"})

    assert answer.status_code == 401
    assert "not set" in answer.json()["reason"]


async def test_the_api_describes_what_it_answers(door: Door) -> None:
    await door.post(stamped())
    described = await ask(door, "/api/openapi.json")
    answers = {
        "/api/connections": await ask(door, "/api/connections"),
        "/api/connections/{name}": await ask(door, "/api/connections/acme"),
        "/api/connections/{name}/documents": await ask(door, "/api/connections/acme/documents"),
        "/api/connections/{name}/documents/{entity}/{zoho_id}": await ask(door, HISTORY),
    }

    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == set(answers)
    for path, answer in answers.items():
        response = described["paths"][path]["get"]["responses"]["200"]
        schema = response["content"]["application/json"]["schema"]
        whole = schema | {"components": described["components"]}
        OAS31Validator.check_schema(whole)
        OAS31Validator(whole).validate(answer)


async def test_every_answer_tells_browsers_to_be_careful(door: Door) -> None:
    for answer in (await get(door, "/api/connections"), await door.client.get("/healthz")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
