"""What scripts read of connections and documents."""

import json

import pytest
from openapi_schema_validator import OAS31Validator

from bridge.local_bus import LocalBus
from bridge.postgres import Pool
from tests.ingress.asking import HISTORY, ID, ask, decide, get
from tests.ingress.conftest import ENDPOINT, TOKEN, Door, connect, invoice, opened, stamped


async def test_documents_are_listed_by_entity_state_and_number(door: Door) -> None:
    for zoho_id in ("1", "2", "3"):
        await door.post(invoice(zoho_id))
    await door.post({"bill": {"bill_id": "4"}}, f"{ENDPOINT}/bill/created")
    await door.pool.execute(
        "INSERT INTO documents (connection_id, entity, zoho_id, number)"
        " VALUES ($1, 'invoice', '1', 'INV-1'), ($1, 'contact', '9', 'locked only')",
        door.number,
    )
    await decide(door, (await door.events())[0]["id"], "applied", zoho_id="1")
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
    await door.pool.execute(
        "INSERT INTO sweeps (connection_id, module, swept_at, missed)"
        " SELECT id, 'invoice', now(), 3 FROM connections WHERE name = 'acme'"
    )

    listed = await ask(door, "/api/connections")
    shown = await ask(door, "/api/connections/acme")

    assert [row["name"] for row in listed["connections"]] == ["acme", "other"]
    assert shown["endpoint"] == ENDPOINT
    assert (shown["events"], shown["commands"]) == ({"undecided": 1}, {})
    assert (shown["missed_webhooks"], shown["swept_at"][:2]) == ({"invoice": 3}, "20")
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
    assert "bridge tokens create" in answer.json()["reason"]


async def test_the_api_describes_what_it_answers(door: Door) -> None:
    await door.post(stamped())
    described = await ask(door, "/api/openapi.json")
    answers = {
        "/api/connections": await ask(door, "/api/connections"),
        "/api/connections/{name}": await ask(door, "/api/connections/acme"),
        "/api/connections/{name}/budget": await ask(door, "/api/connections/acme/budget"),
        "/api/connections/{name}/blocked": await ask(door, "/api/connections/acme/blocked"),
        "/api/connections/{name}/drift": await ask(door, "/api/connections/acme/drift"),
        "/api/connections/{name}/documents": await ask(door, "/api/connections/acme/documents"),
        "/api/connections/{name}/documents/{entity}/{zoho_id}": await ask(door, HISTORY),
    }

    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) >= set(answers)
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
