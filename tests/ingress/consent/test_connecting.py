"""A person connects a connection to Xero in a browser, and only they, only once, only in time."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bridge.postgres import Pool
from clients.xero.errors import Disconnected
from ingress.connections.deleting import delete
from ingress.connections.office import RefusedError
from sandbox.xero.state import TENANT, WEB_APP
from tests.ingress.browsing import BEARER, FILE, Desk, seated, word

START = "/connect/xero/acme"
SECOND = "0b8e6f52-3c1d-4a77-9f0e-5d2c7b1a9e43"


@pytest.fixture
async def desk(pool: Pool, sandbox: str) -> AsyncIterator[Desk]:
    """Give a bridge with a connection that is not connected yet."""
    async with seated(pool, sandbox) as desk:
        await desk.apply()
        yield desk


async def departed(browser: httpx.AsyncClient) -> dict[str, list[str]]:
    """Start, and give what goes along to Xero."""
    answer = await browser.get(START, follow_redirects=False)
    assert answer.status_code == 303
    return parse_qs(urlsplit(answer.headers["location"]).query)


async def consented(desk: Desk, browser: httpx.AsyncClient) -> str:
    """Start and consent, and give the address that Xero sends the browser back to."""
    left = await browser.get(START, follow_redirects=False)
    back = await desk.http.get(left.headers["location"], follow_redirects=False)
    return str(back.headers["location"])


async def test_a_consent_connects_and_lets_what_waits_go(desk: Desk) -> None:
    with pytest.raises(Disconnected, match="not connected"):
        await (await desk.grant()).token()
    assert "not connected" in (await desk.problems())["xero_grant"]

    assert await desk.connect() == "done"

    token = await (await desk.grant()).token()
    row = await desk.row("SELECT timezone, base_currency, problem FROM connections")
    assert token.tenant_id == TENANT
    assert tuple(row.values()) == ("America/New_York", "CAD", None)
    assert await desk.problems() == {}
    audit = await desk.row("SELECT actor, action, after FROM audit ORDER BY id DESC LIMIT 1")
    assert (audit["actor"], audit["action"]) == ("token:BRIDGE_API_TOKEN", "xero.connected")


async def test_xero_is_told_who_asks_for_what_and_no_secret(desk: Desk) -> None:
    async with desk.browser() as browser:
        asked = await departed(browser)

    assert asked["redirect_uri"] == [f"{desk.url}/connect/xero/callback"]
    assert asked["client_id"] == [WEB_APP.client_id]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"offline_access", "accounting.invoices"} <= set(asked["scope"][0].split())
    assert "accounting.transactions" not in asked["scope"][0]
    assert len(asked["state"][0]) >= 43
    assert WEB_APP.secret not in str(asked)


async def test_what_can_not_be_checked_at_once_connects_all_the_same(desk: Desk) -> None:
    fault = {"match": {"path": "/Organisation"}, "effect": "status", "status": 503, "times": 9}
    await desk.control("xero/faults", [fault])

    assert await desk.connect() == "done"
    assert (await (await desk.grant()).token()).tenant_id == TENANT


async def test_a_way_that_ends_nowhere_leads_on_too(desk: Desk) -> None:
    async with desk.browser() as browser:
        address = await consented(desk, browser)
        await desk.pool.execute("UPDATE consents SET sealed = 'another key'")

        assert word(await browser.get(address)) == "unavailable"


async def test_the_callback_only_leads_on(desk: Desk) -> None:
    async with desk.browser() as browser:
        address = await consented(desk, browser)
        answer = await browser.get(address, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/connections/acme?connect=done"
    assert answer.content == b""


async def test_a_state_is_good_once(desk: Desk) -> None:
    async with desk.browser() as browser:
        address = await consented(desk, browser)

        assert word(await browser.get(address)) == "done"
        assert word(await browser.get(address)) == "expired"


async def test_a_state_is_good_in_the_browser_that_left_alone(desk: Desk) -> None:
    async with desk.browser() as browser, desk.browser() as other:
        address = await consented(desk, browser)

        assert word(await other.get(address)) == "expired"
        # Whoever tried has used it up.
        assert word(await browser.get(address)) == "expired"


async def test_a_state_is_good_for_ten_minutes(desk: Desk) -> None:
    async with desk.browser() as browser:
        address = await consented(desk, browser)
        await desk.pool.execute(
            "UPDATE consents SET expires_at = expires_at - interval '10 minutes'"
        )

        assert word(await browser.get(address)) == "expired"


async def test_a_state_that_nobody_gave_leads_nowhere(desk: Desk) -> None:
    async with desk.browser() as browser:
        for query in ("", "?state=x&code=y", "?code=y", "?error=access_denied&state=%00"):
            assert word(await browser.get(f"/connect/xero/callback{query}")) == "expired"


async def test_a_person_may_refuse(desk: Desk) -> None:
    await desk.control("xero/settings", {"consent": {"denies": True}})

    assert await desk.connect() == "denied"
    with pytest.raises(Disconnected):
        await (await desk.grant()).token()


@pytest.mark.parametrize("headers", [{"Authorization": ""}, {"Authorization": "Bearer no"}])
async def test_only_an_admin_may_start(desk: Desk, headers: dict[str, str]) -> None:
    async with desk.browser(**headers) as browser:
        assert (await browser.get(START)).status_code == 401


async def test_a_person_who_is_nobody_yet_signs_in_first(desk: Desk) -> None:
    async with httpx.AsyncClient(base_url=desk.url, timeout=60) as browser:
        answer = await browser.get(START, headers={"Accept": "text/html"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fconnect%2Fxero%2Facme"


async def test_what_can_not_be_connected_is_said(desk: Desk) -> None:
    await desk.pool.execute(
        "UPDATE connections"
        " SET config = jsonb_set(config, '{xero,grant}', '\"client_credentials\"')"
    )
    async with desk.browser() as browser:
        unknown = await browser.get("/connect/xero/nobody")
        custom = await browser.get(START)

    assert (unknown.status_code, custom.status_code) == (404, 409)
    assert "custom connection" in custom.json()["reason"]


async def test_of_several_organisations_a_person_chooses(desk: Desk) -> None:
    await _second(desk)
    assert await desk.connect() == "choose"
    assert "several" in (await desk.problems())["xero_grant"]
    with pytest.raises(Disconnected, match="not chosen"):
        await (await desk.grant()).token()

    path = f"{desk.url}/api/connections/acme/organisations"
    offered = (await desk.http.get(path, headers=BEARER)).json()["organisations"]
    assert {each["name"]: each["chosen"] for each in offered} == {
        "Bridge Demo Company": False,
        "Second Company": False,
    }
    body = {"tenant_id": SECOND}
    chosen = await desk.http.post(path, headers=BEARER, json=body)
    assert chosen.status_code == 200, chosen.text
    assert (await (await desk.grant()).token()).tenant_id == SECOND


async def test_the_file_s_organisation_is_chosen_by_itself(desk: Desk) -> None:
    await _second(desk)
    await desk.apply(FILE.replace("[accounts]", f'tenant_id = "{SECOND}"\n[accounts]'))

    assert await desk.connect() == "done"
    assert (await (await desk.grant()).token()).tenant_id == SECOND


async def test_to_name_the_organisation_that_was_chosen_keeps_the_grant(desk: Desk) -> None:
    assert await desk.connect() == "done"
    await desk.apply(FILE.replace("[accounts]", f'tenant_id = "{TENANT}"\n[accounts]'))

    assert (await (await desk.grant()).token()).tenant_id == TENANT


async def test_a_deleted_connection_is_not_connected_any_more(desk: Desk) -> None:
    kept = (await delete(desk.office, "acme", "user:anna", keep_history=True)).kept_as
    async with desk.browser() as browser:
        answer = await browser.get(f"/connect/xero/{kept}")

    assert answer.status_code == 409
    with pytest.raises(RefusedError, match="was deleted"):
        await desk.apply(FILE.replace('"acme"', f'"{kept}"'))


async def test_a_connection_that_has_worked_keeps_its_organisation(desk: Desk) -> None:
    assert await desk.connect() == "done"
    await desk.pool.execute(
        "INSERT INTO links (connection_id, key, xero_id) SELECT id, 'contact:1', 'x'"
        " FROM connections"
    )
    await _second(desk, only=True)

    assert await desk.connect() == "other"
    assert "Second Company" in (await desk.problems())["xero_grant"]
    row = await desk.row("SELECT tenant_id, generation FROM grants")
    assert tuple(row.values()) == (TENANT, 1)


async def _second(desk: Desk, *, only: bool = False) -> None:
    await desk.control("xero/organisations", {"name": "Second Company", "tenant_id": SECOND})
    tenants = [SECOND] if only else [TENANT, SECOND]
    await desk.control("xero/settings", {"consent": {"tenants": tenants}})
