"""Xero's grants: tokens live briefly, refresh tokens rotate, consent can be taken back."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.xero.state import CUSTOM_APP, TENANT, WEB_APP
from tests.sandbox.xero_desk import API, Desk

BACK = "http://localhost:8080/oauth/xero/callback"
SCOPE = "offline_access accounting.contacts accounting.settings.read"
WEB = (WEB_APP.client_id, WEB_APP.secret)


async def authorize(xero: Desk, **more: str) -> httpx.Response:
    query = {
        "response_type": "code",
        "client_id": WEB_APP.client_id,
        "redirect_uri": BACK,
        "scope": SCOPE,
        "state": "s-1",
        **more,
    }
    return await xero.http.get("/identity/connect/authorize", params=query)


async def code(xero: Desk, **more: str) -> str:
    answer = await authorize(xero, **more)
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


async def token(xero: Desk, **form: str) -> httpx.Response:
    return await xero.http.post("/connect/token", data=form, auth=WEB)


async def exchange(xero: Desk, value: str, **more: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": value, "redirect_uri": BACK, **more}
    return await token(xero, **form)


async def refresh(xero: Desk, value: str) -> httpx.Response:
    return await token(xero, grant_type="refresh_token", refresh_token=value)


async def ask(xero: Desk, access: str, path: str, tenant: str = TENANT) -> httpx.Response:
    headers = {"Authorization": f"Bearer {access}", "xero-tenant-id": tenant}
    return await xero.http.get(path, headers=headers)


async def test_a_consent_leads_to_an_organisation(xero: Desk) -> None:
    back = await authorize(xero)

    assert back.status_code == 302
    assert parse_qs(urlsplit(back.headers["location"]).query)["state"] == ["s-1"]

    granted = (await exchange(xero, await code(xero))).json()

    assert granted["expires_in"] == 1800
    (connection,) = (await ask(xero, granted["access_token"], "/connections")).json()
    assert connection["tenantId"] == TENANT
    assert connection["tenantType"] == "ORGANISATION"
    answer = await ask(xero, granted["access_token"], f"{API}/Organisation")
    assert answer.json()["Organisations"][0]["Name"] == "Bridge Demo Company"


async def test_a_code_is_good_once_and_for_five_minutes(xero: Desk) -> None:
    value = await code(xero)

    assert (await exchange(xero, value)).status_code == 200
    assert (await exchange(xero, value)).json() == {"error": "invalid_grant"}

    late = await code(xero)
    xero.state.clock.advance(301)

    assert (await exchange(xero, late)).json() == {"error": "invalid_grant"}


async def test_a_code_needs_its_verifier(xero: Desk) -> None:
    verifier = "v" * 64
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    asked = {"code_challenge": challenge, "code_challenge_method": "S256"}

    wrong = await exchange(xero, await code(xero, **asked), code_verifier="w" * 64)
    right = await exchange(xero, await code(xero, **asked), code_verifier=verifier)

    assert (wrong.status_code, right.status_code) == (400, 200)


@pytest.mark.parametrize(
    ("uri", "status"),
    [
        ("https://bridge.example/callback", 302),
        ("http://localhost:9000/callback", 302),
        ("http://127.0.0.1:9000/callback", 400),
        ("http://bridge.example/callback", 400),
    ],
)
async def test_a_return_address_is_https_or_localhost(xero: Desk, uri: str, status: int) -> None:
    assert (await authorize(xero, redirect_uri=uri)).status_code == status


async def test_a_person_may_refuse(xero: Desk) -> None:
    await xero.control("settings", {"consent": {"denies": True}})

    back = urlsplit((await authorize(xero)).headers["location"])

    assert parse_qs(back.query) == {"error": ["access_denied"], "state": ["s-1"]}


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "never"}, "invalid_grant"),
    ],
)
async def test_the_token_endpoint_says_no_in_words(
    xero: Desk, form: dict[str, str], error: str
) -> None:
    answer = await token(xero, **form)

    assert (answer.status_code, answer.json()) == (400, {"error": error})


async def test_a_wrong_secret_and_a_broad_scope_are_refused(xero: Desk) -> None:
    form = {"grant_type": "client_credentials", "client_id": CUSTOM_APP.client_id}
    wrong = await xero.http.post("/connect/token", data={**form, "client_secret": "no"})
    good = {**form, "client_secret": CUSTOM_APP.secret}
    broad = await xero.http.post(
        "/connect/token", data={**good, "scope": "accounting.transactions"}
    )

    assert wrong.json() == {"error": "invalid_client"}
    assert broad.json() == {"error": "invalid_scope"}
    assert "refresh_token" not in (await xero.http.post("/connect/token", data=good)).json()


async def test_a_refresh_token_rotates_and_the_old_one_has_thirty_minutes(xero: Desk) -> None:
    first = (await exchange(xero, await code(xero))).json()["refresh_token"]
    second = (await refresh(xero, first)).json()["refresh_token"]

    assert second != first

    xero.state.clock.advance(29 * 60)
    assert (await refresh(xero, first)).status_code == 200
    xero.state.clock.advance(2 * 60)
    assert (await refresh(xero, first)).json() == {"error": "invalid_grant"}
    assert (await refresh(xero, second)).status_code == 200


async def test_a_refresh_token_unused_for_sixty_days_is_dead(xero: Desk) -> None:
    value = (await exchange(xero, await code(xero))).json()["refresh_token"]

    xero.state.clock.advance(60 * 86_400)

    assert (await refresh(xero, value)).json() == {"error": "invalid_grant"}


async def test_an_access_token_lives_thirty_minutes(xero: Desk) -> None:
    assert (await xero.get("/Organisation")).status_code == 200

    xero.state.clock.advance(1800)
    answer = await xero.get("/Organisation")

    assert answer.status_code == 401
    assert answer.json()["Detail"] == "TokenExpired"


async def test_without_offline_access_there_is_no_refresh_token(xero: Desk) -> None:
    granted = await exchange(xero, await code(xero, scope="accounting.contacts"))

    assert "refresh_token" not in granted.json()


async def test_a_revocation_ends_every_connection(xero: Desk) -> None:
    granted = (await exchange(xero, await code(xero))).json()
    revoked = await xero.http.post(
        "/connect/revocation", data={"token": granted["refresh_token"]}, auth=WEB
    )

    assert (revoked.status_code, revoked.text) == (200, "")
    assert (await ask(xero, granted["access_token"], f"{API}/Contacts")).status_code == 403
    assert (await refresh(xero, granted["refresh_token"])).json() == {"error": "invalid_grant"}


async def test_a_connection_is_removed_by_its_own_id(xero: Desk) -> None:
    (connection,) = (await xero.http.get("/connections")).json()

    await authorize(xero)
    (foreign,) = xero.state.grants.connections_of(WEB_APP.client_id)

    assert (await xero.http.delete(f"/connections/{TENANT}")).status_code == 404
    assert (await xero.http.delete(f"/connections/{foreign.id}")).status_code == 404
    assert (await xero.http.delete(f"/connections/{connection['id']}")).status_code == 204
    assert (await xero.get("/Organisation")).status_code == 403
