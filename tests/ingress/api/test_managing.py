"""Connections are set up over HTTP: the same checks as for a file, field by field."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bridge.postgres import Pool
from ingress.auth import tokens
from sandbox.xero.state import CUSTOM_APP
from schemas.words import Role
from tests.ingress.browsing import BEARER, Desk, seated

GOOD: dict[str, Any] = {
    "name": "acme",
    "cutover": "2026-01-01",
    "zoho": {
        "organization_id": "60001234",
        "data_centre": "ca",
        "webhook_secret": "acmesecrettoken",
    },
    "xero": {
        "grant": "client_credentials",
        "client_id": CUSTOM_APP.client_id,
        "client_secret": CUSTOM_APP.secret,
    },
    "accounts": {"sales": "200", "bank": "090"},
}
TOML = """
name = "acme"
[zoho]
organization_id = "60001234"
data_centre = "ca"
webhook_secret = "SECRET"
[xero]
grant = "authorization_code"
"""


@pytest.fixture
async def desk(pool: Pool, sandbox: str) -> AsyncIterator[Desk]:
    """Give a bridge without connections."""
    async with seated(pool, sandbox) as desk:
        yield desk


async def ask(desk: Desk, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
    more = {"headers": BEARER} | more
    return await desk.http.request(method, f"{desk.url}/api{path}", json=body, **more)


async def test_a_connection_is_created_changed_and_left(desk: Desk) -> None:
    created = await ask(desk, "POST", "/connections", GOOD)
    unchanged = await ask(desk, "POST", "/connections", GOOD)
    changed = await ask(desk, "PATCH", "/connections/acme", {"accounts": {"sales": "210"}})

    assert created.status_code == 200, created.text
    assert [answer.json()["state"] for answer in (created, unchanged, changed)] == [
        "created",
        "unchanged",
        "updated",
    ]
    assert changed.json()["changes"] == ["accounts.sales"]
    assert created.json()["endpoint"] == changed.json()["endpoint"]
    shown = (await ask(desk, "GET", "/connections/acme/configuration")).json()
    assert shown["config"]["accounts"] == {"sales": "210", "bank": "090"}
    assert shown["secrets"] == ["xero.client_secret", "zoho.webhook_secret"]
    assert CUSTOM_APP.secret not in str(shown)


async def test_a_patch_takes_away_what_is_null_and_keeps_secrets(desk: Desk) -> None:
    await ask(desk, "POST", "/connections", GOOD)
    await ask(desk, "PATCH", "/connections/acme", {"accounts": {"bank": None}})

    row = await desk.row("SELECT config -> 'accounts' AS accounts FROM connections")
    assert row["accounts"] == {"sales": "200"}
    assert await desk.pool.fetchval("SELECT count(*) FROM secrets") == 2


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("accounts", "sales"), "nothing", "accounts.sales"),
        (("accounts", "sails"), "200", "accounts.sails"),
        (("zoho", "data_centre"), "mars", "zoho.data_centre"),
        (("cutover",), "tomorrow", "cutover"),
        (("name",), "callback", "name"),
        (("xero", "client_secret"), "env:BRIDGE_SECRET_KEY", "xero.client_secret"),
    ],
)
async def test_a_field_that_can_not_be_is_named(
    desk: Desk, path: tuple[str, ...], value: str, field: str
) -> None:
    patch: Any = value
    for part in reversed(path):
        patch = {part: patch}
    body = {**GOOD, **{k: {**GOOD[k], **v} if isinstance(v, dict) else v for k, v in patch.items()}}
    answer = await ask(desk, "POST", "/connections", body)

    assert answer.status_code == 422, answer.text
    problems = {each["field"]: each for each in answer.json()["fields"]}
    assert field in problems
    assert problems[field]["remedy"]
    assert await desk.pool.fetch("SELECT FROM connections") == []


@pytest.mark.parametrize("body", [None, [], "x", {}])
async def test_what_is_no_connection_file_is_refused(desk: Desk, body: Any) -> None:
    assert (await ask(desk, "POST", "/connections", body)).status_code == 422


async def test_a_file_is_taken_as_it_is_written(desk: Desk) -> None:
    headers = {**BEARER, "Content-Type": "application/toml"}
    good = TOML.replace("SECRET", "acmesecrettoken")
    bad = TOML.replace("SECRET", "env:PATH")
    refused = await ask(desk, "POST", "/connections", headers=headers, content=bad)
    taken = await ask(desk, "POST", "/connections", headers=headers, content=good)

    assert (refused.status_code, taken.status_code) == (422, 200)
    assert refused.json()["fields"][0]["line"] == 6
    assert f"{desk.url}/connect/xero/acme" in taken.json()["warnings"][0]


async def test_switching_says_what_it_set_free(desk: Desk) -> None:
    await ask(desk, "POST", "/connections", GOOD)

    assert (await ask(desk, "POST", "/connections/acme/disable")).json() == {"enabled": False}
    enabled = (await ask(desk, "POST", "/connections/acme/enable")).json()
    assert (enabled["enabled"], enabled["released"]) == (True, 0)


ROUTES: list[tuple[str, str, Role]] = [
    ("POST", "/connections", "admin"),
    ("PATCH", "/connections/acme", "admin"),
    ("DELETE", "/connections/acme", "admin"),
    ("POST", "/connections/acme/enable", "operator"),
    ("POST", "/connections/acme/disable", "operator"),
    ("POST", "/connections/acme/checks", "operator"),
    ("POST", "/connections/acme/organisations", "admin"),
    ("GET", "/audit", "operator"),
]


@pytest.mark.parametrize(("method", "path", "least"), ROUTES)
async def test_who_may_less_is_refused(desk: Desk, method: str, path: str, least: Role) -> None:
    role: Role = "operator" if least == "admin" else "viewer"
    made = await tokens.create(desk.pool, "low", role, actor="cli")
    headers = {"Authorization": f"Bearer {made}"}

    assert (await ask(desk, method, path, headers=headers)).status_code == 403


async def test_the_trail_is_read_as_json_and_csv(desk: Desk) -> None:
    await ask(desk, "POST", "/connections", GOOD)
    await ask(desk, "POST", "/connections/acme/disable")
    trail = (await ask(desk, "GET", "/audit?connection=acme")).json()
    page = await ask(desk, "GET", "/audit?format=csv&after=1")

    assert [entry["action"] for entry in trail["entries"]] == [
        "connection.created",
        "connection.disabled",
    ]
    assert {entry["actor"] for entry in trail["entries"]} == {"token:BRIDGE_API_TOKEN"}
    assert trail["first_break"] is None
    assert page.headers["content-type"].startswith("text/csv")
    assert len(page.text.splitlines()) == 2
