"""Tokens, scopes and limits, as Zoho answers them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.zoho.grants import Grant
from sandbox.zoho.state import CLIENT_ID, CLIENT_SECRET, ORGANISATION, REFRESH_TOKEN
from tests.sandbox.zoho_desk import Desk

REFRESH = {
    "grant_type": "refresh_token",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "refresh_token": REFRESH_TOKEN,
}
QUERY = {"organization_id": ORGANISATION}


async def token(zoho: Desk, **changes: str) -> dict[str, Any]:
    answer = await zoho.http.post("/oauth/v2/token", data=REFRESH | changes)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


@asynccontextmanager
async def program(zoho: Desk, value: str = "") -> AsyncIterator[httpx.AsyncClient]:
    """Give a client with a token of its own, who has limits."""
    value = value or (await token(zoho))["access_token"]
    headers = {"Authorization": f"Zoho-oauthtoken {value}"}
    async with httpx.AsyncClient(
        base_url=zoho.http.base_url, headers=headers, params=QUERY, timeout=60
    ) as client:
        yield client


async def test_a_refresh_token_gives_an_hour_and_stays(zoho: Desk) -> None:
    first, second = await token(zoho), await token(zoho)

    assert (first["expires_in"], first["token_type"]) == (3600, "Bearer")
    assert first["api_domain"].startswith("http://127.0.0.1")
    assert "refresh_token" not in second
    async with program(zoho, first["access_token"]) as client:
        assert (await client.get("/inventory/v1/contacts")).status_code == 200
        zoho.clock.advance(3600)
        late = await client.get("/inventory/v1/contacts")
    assert (late.status_code, late.json()["code"]) == (401, 57)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "x"}, "invalid_client"),
        ({"client_secret": "x"}, "invalid_client_secret"),
        ({"refresh_token": "x"}, "invalid_code"),
        ({"grant_type": "x"}, "unsupported_grant_type"),
    ],
)
async def test_a_refused_token_request_comes_with_status_200(
    zoho: Desk, changes: dict[str, str], error: str
) -> None:
    assert await token(zoho, **changes) == {"error": error}


async def test_the_eleventh_token_in_ten_minutes_is_denied_with_status_200(zoho: Desk) -> None:
    tokens = [await token(zoho) for _ in range(11)]
    zoho.clock.advance(600)
    later = await token(zoho)

    assert tokens[-1]["error"] == "Access Denied"
    assert "access_token" in tokens[-2]
    assert "access_token" in later


async def test_consent_gives_a_code_for_two_minutes_and_one_use(zoho: Desk) -> None:
    asked = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "scope": "ZohoInventory.contacts.READ",
        "redirect_uri": "http://localhost/back",
        "access_type": "offline",
        "state": "s",
    }
    exchange = REFRESH | {"grant_type": "authorization_code", "redirect_uri": asked["redirect_uri"]}

    async def code() -> str:
        answer = await zoho.http.get("/oauth/v2/auth", params=asked)
        back = parse_qs(urlsplit(answer.headers["location"]).query)
        assert back["state"] == ["s"]
        assert {"location", "accounts-server"} <= back.keys()
        return back["code"][0]

    first = await code()
    good = await token(zoho, **exchange, code=first)
    again = await token(zoho, **exchange, code=first)
    late = await code()
    zoho.clock.advance(120)

    assert "refresh_token" in good
    assert again == await token(zoho, **exchange, code=late) == {"error": "invalid_code"}
    async with program(zoho, good["access_token"]) as client:
        assert (await client.get("/inventory/v1/contacts")).status_code == 200
        refused = await client.get("/inventory/v1/invoices")
    assert (refused.status_code, refused.json()["code"]) == (401, 57)


async def test_a_revoked_grant_ends_at_once(zoho: Desk) -> None:
    async with program(zoho) as client:
        await zoho.control("settings", {"revoke": REFRESH_TOKEN})
        answer = await client.get("/inventory/v1/contacts")

    assert (answer.status_code, answer.json()["code"]) == (401, 57)
    assert await token(zoho) == {"error": "invalid_code"}


async def test_a_users_oldest_refresh_token_is_pushed_out(zoho: Desk) -> None:
    for _ in range(20):
        zoho.state.grants.add_refresh(Grant(CLIENT_ID))

    assert await token(zoho) == {"error": "invalid_code"}


async def test_without_books_only_inventory_answers(zoho: Desk) -> None:
    await zoho.control("settings", {"books": False})
    async with program(zoho) as client:
        books = await client.get("/books/v3/chartofaccounts")
        inventory = await client.get("/inventory/v1/contacts")

    assert (books.status_code, books.json()["code"]) == (401, 57)
    assert inventory.status_code == 200


@pytest.mark.parametrize("named", ["", "999"])
async def test_an_organisation_of_others_is_a_bad_request(zoho: Desk, named: str) -> None:
    answer = await zoho.call("GET", "/contacts", organization_id=named)

    assert (answer.status_code, answer.json()["code"]) == (400, 6041)


async def test_a_client_sees_only_its_own_organisations(zoho: Desk) -> None:
    await zoho.control("organizations", {"organization_id": "7", "name": "Other"})
    await zoho.control(
        "clients",
        {"client_id": "c", "secret": "s", "refresh_token": "r", "organisations": ["7"]},
    )
    mine = await token(zoho, client_id="c", client_secret="s", refresh_token="r")

    async with program(zoho, mine["access_token"]) as client:
        seen = (await client.get("/inventory/v1/organizations")).json()["organizations"]
        foreign = await client.get("/inventory/v1/contacts")

    assert [each["organization_id"] for each in seen] == ["7"]
    assert foreign.json()["code"] == 6041


async def test_headers_tell_of_the_day_which_ends_at_the_organisations_midnight(
    zoho: Desk,
) -> None:
    async with program(zoho) as client:
        answer = await client.get("/inventory/v1/contacts")

    assert answer.headers["x-rate-limit-limit"] == "10000"
    assert answer.headers["x-rate-limit-remaining"] == "9999"
    assert answer.headers["x-rate-limit-reset"] == str(12 * 3600)


@pytest.mark.parametrize(
    ("limits", "wait", "code"), [({"minute": 2}, 60, 44), ({"day": 2}, 12 * 3600, 45)]
)
async def test_a_passed_limit_is_a_429_until_its_window_ends(
    zoho: Desk, limits: dict[str, int], wait: int, code: int
) -> None:
    await zoho.control("settings", {"limits": limits})
    async with program(zoho) as client:
        answers = [await client.get("/inventory/v1/contacts") for _ in range(3)]
        zoho.clock.advance(wait)
        token_of_later = (await token(zoho))["access_token"]
    async with program(zoho, token_of_later) as client:
        later = await client.get("/inventory/v1/contacts")

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[-1].json()["code"] == code
    assert later.status_code == 200


async def test_too_many_at_once_is_a_429_of_its_own(zoho: Desk) -> None:
    await zoho.control("settings", {"limits": {"concurrent": 0}})
    async with program(zoho) as client:
        answer = await client.get("/inventory/v1/contacts")

    assert (answer.status_code, answer.json()["code"]) == (429, 1070)


async def test_people_use_up_no_limit(zoho: Desk) -> None:
    await zoho.control("settings", {"limits": {"minute": 1, "day": 1}})

    for _ in range(3):
        await zoho.get("/contacts")
