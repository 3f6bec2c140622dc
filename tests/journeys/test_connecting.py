"""A connection's life in real processes: connected, mapped, held, re-keyed, lost, deleted."""

import asyncio
import json
from typing import Any

import httpx

from bridge.crypto import generate_key
from sandbox.xero.state import TENANT, WEB_APP
from sandbox.zoho.state import CLIENT_ID, CLIENT_SECRET
from tests.journeys import clerk
from tests.journeys.house import FILE, TOKEN, House, answering

SECOND = "0b8e6f52-3c1d-4a77-9f0e-5d2c7b1a9e43"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
BY_CONSENT = FILE.replace(
    """grant = "client_credentials"
client_id = "sandbox-custom"
client_secret = "sandbox-custom-secret"
""",
    'grant = "authorization_code"\n',
).replace("[xero]", f'client_id = "{CLIENT_ID}"\nclient_secret = "{CLIENT_SECRET}"\n[xero]')
UNEQUAL = BY_CONSENT.replace('"4600000000000913" = "TAX002"', '"4600000000000913" = "OUTPUT2"')
OLD, NEW = generate_key(), generate_key()
MANY = 12
LEFT = """
SELECT (SELECT count(*) FROM connections) + (SELECT count(*) FROM secrets)
     + (SELECT count(*) FROM grants) + (SELECT count(*) FROM events)
     + (SELECT count(*) FROM commands) + (SELECT count(*) FROM attempts)
"""


async def test_a_connection_lives_and_ends(house: House, database: Any) -> None:
    await _move_in(house)
    await house.apply(BY_CONSENT)

    await _connect(house)
    await _map(house)
    ann = await clerk.customer(house, "Ann")
    first = await clerk.invoice(house, ann)
    await house.until("invoice", first["invoice_id"], "synced")

    held = await _hold_under_traffic(house, database, ann)
    await _change_keys(house)
    assert (await _api(house, "POST", "/enable"))["released"] > 0
    for invoice in held:
        await house.until("invoice", invoice["invoice_id"], "synced")

    await _lose_and_regain(house, database, ann)
    await _delete(house, database)


async def _move_in(house: House) -> None:
    """Let browsers know the bridge as Xero wants it, and start it under the old key."""
    house.environment |= {
        "BRIDGE_PUBLIC_URL": house.url.replace("127.0.0.1", "localhost"),
        "BRIDGE_SECRET_KEY": OLD,
        "XERO_LOGIN_URL": house.sandbox,
        "XERO_CLIENT_ID": WEB_APP.client_id,
        "XERO_CLIENT_SECRET": WEB_APP.secret,
        "XERO_CALLS_PER_MINUTE": "60000",
        "ZOHO_API_URL": house.sandbox,
        "ZOHO_ACCOUNTS_URL": house.sandbox,
    }
    limits = {"minute": None, "day": None, "app_minute": None}
    await house.control("xero/settings", {"limits": limits})
    await house.control("xero/organisations", {"name": "Second Company", "tenant_id": SECOND})
    await house.control("xero/settings", {"consent": {"tenants": [TENANT, SECOND]}})
    await house.start("run")
    await answering(house.client, f"{house.url}/readyz")


async def _connect(house: House) -> None:
    """Consent to both organisations, choose one; then Zoho."""
    assert await _browse(house, "/connect/xero/acme") == "choose"
    offered = await _api(house, "GET", "/organisations")
    assert {each["name"] for each in offered["organisations"]} == {
        "Bridge Demo Company",
        "Second Company",
    }
    await _api(house, "POST", "/organisations", {"tenant_id": TENANT})
    assert await _browse(house, "/connect/zoho/acme") == "done"
    assert await _api(house, "GET", "/problems") == {"problems": []}


async def _map(house: House) -> None:
    """An unequal pair of taxes is refused by both rates; what is suggested is taken."""
    file = house.folder / "unequal.toml"
    file.write_text(UNEQUAL, encoding="utf-8")
    code, said = await house.bridge("connection", "apply", str(file))
    assert code == 2, said
    assert 'of 5 % to "OUTPUT2" of 15 %' in said

    taxes = (await _api(house, "GET", "/taxes"))["taxes"]
    suggested = {
        each["id"]: each["suggestions"][0]["type"] for each in taxes if each["suggestions"]
    }
    assert suggested[clerk.GST] == "TAX002"
    patch = {"tax_map": {clerk.GST: {"sales": "TAX002", "purchases": "TAX002"}}}
    await _api(house, "PATCH", "", patch)


async def _hold_under_traffic(house: House, database: Any, customer: str) -> list[dict[str, Any]]:
    """Disable while invoices come in; gives them. From then on Xero is told nothing."""
    made: list[dict[str, Any]] = []

    async def traffic() -> None:
        while len(made) < MANY:
            made.append(await clerk.invoice(house, customer))

    work = asyncio.create_task(traffic())
    async with asyncio.timeout(60):
        while len(made) < 5:  # noqa: ASYNC110  two processes: no event tells
            await asyncio.sleep(0.02)
    assert await _api(house, "POST", "/disable") == {"enabled": False}
    last = await database.fetchval("SELECT max(id) FROM attempts")
    await work
    made.append(await clerk.invoice(house, customer))  # surely after it was disabled
    await house.control("zoho/settle", {})
    under_way = "SELECT count(*) FROM attempts WHERE outcome = 'unknown'"
    async with asyncio.timeout(60):
        while await database.fetchval(under_way):  # noqa: ASYNC110  as above
            await asyncio.sleep(0.02)
    written = {each["InvoiceNumber"] for each in (await house.xero())["invoices"]}
    await asyncio.sleep(1)

    # No request was begun after the commit, and what was in flight is written down.
    assert await database.fetchval("SELECT max(id) FROM attempts") == last
    assert {each["InvoiceNumber"] for each in (await house.xero())["invoices"]} == written
    done = await database.fetchval(
        "SELECT count(*) FROM commands WHERE state = 'done' AND kind = 'invoice.put'"
    )
    assert done == len(written)
    assert await database.fetchval("SELECT count(*) FROM events WHERE state = 'held'")
    return made


async def _change_keys(house: House) -> None:
    """Restart with the new key before the old one, and seal everything anew while it runs."""
    await house.stop("run")
    house.environment["BRIDGE_SECRET_KEY"] = f"{NEW},{OLD}"
    await house.start("run")
    await answering(house.client, f"{house.url}/readyz")
    code, said = await house.bridge("keys", "rotate", "--json")
    assert code == 0, said
    assert json.loads(said[said.index("{") :])["rotated"] >= 4
    await house.stop("run")
    house.environment["BRIDGE_SECRET_KEY"] = NEW
    await house.start("run")
    await answering(house.client, f"{house.url}/readyz")


async def _lose_and_regain(house: House, database: Any, customer: str) -> None:
    """Take the consent back in Xero: one problem, a way back, and nothing is lost."""
    await house.control("xero/settings", {"revoke": WEB_APP.client_id})
    invoices = [await clerk.invoice(house, customer) for _ in range(3)]
    async with asyncio.timeout(60):
        while not (found := (await _api(house, "GET", "/problems"))["problems"]):  # noqa: ASYNC110  as above
            await asyncio.sleep(0.1)
    assert [each["code"] for each in found] == ["xero_grant"]
    assert "/connect/xero/acme" in found[0]["remedy"]
    assert await database.fetchval("SELECT count(*) FROM commands WHERE state = 'parked'") == 0

    # The organisation is known by now: nobody is asked again which one is meant.
    assert await _browse(house, "/connect/xero/acme") == "done"
    for invoice in invoices:
        await house.until("invoice", invoice["invoice_id"], "synced")
    assert await _api(house, "GET", "/problems") == {"problems": []}


async def _delete(house: House, database: Any) -> None:
    """The name is asked for; tokens are taken back, both systems keep their documents."""
    before = await house.xero()
    refused = await _ask(house, "DELETE", "", {"name": "acm"})
    assert refused.status_code == 422
    deleted = await _api(house, "DELETE", "", {"name": "acme"})

    assert deleted == {"kept_as": None, "warnings": []}
    assert (await house.xero())["invoices"] == before["invoices"]
    assert await database.fetchval(LEFT) == 0
    trail = (await _ask(house, "GET", "", path="/audit")).json()
    assert [entry["action"] for entry in trail["entries"]][-1] == "connection.deleted"
    assert trail["first_break"] is None


async def _browse(house: House, address: str) -> str:
    """Follow a browser through a consent; gives the word that it ends with."""
    base = house.environment["BRIDGE_PUBLIC_URL"]
    async with httpx.AsyncClient(
        base_url=base, headers=BEARER, follow_redirects=True, timeout=60
    ) as browser:
        answer = await browser.get(address)
    addresses = [each.url for each in (*answer.history, answer)]
    return next((url.params["connect"] for url in addresses if "connect" in url.params), "")


async def _ask(
    house: House, method: str, what: str, body: Any = None, path: str = "/connections/acme"
) -> httpx.Response:
    url = f"{house.url}/api{path}{what}"
    return await house.client.request(method, url, headers=BEARER, json=body, timeout=90)


async def _api(house: House, method: str, what: str, body: Any = None) -> Any:
    answer = await _ask(house, method, what, body)
    assert answer.status_code == 200, answer.text
    return answer.json()
