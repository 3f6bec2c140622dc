"""Who may ask what of /api: every operation has its least role, and nothing is open by default."""

import httpx
import pytest

from ingress.api.routes import OPERATIONS
from ingress.auth import sessions, tokens
from ingress.auth.passwords import Passwords
from schemas.words import ROLES, Role
from tests.ingress.auth.people import PASSWORD, account
from tests.ingress.conftest import Door

HERE = {"sec-fetch-site": "same-origin"}
NOTHING_TO_POST = "/api/openapi.json"  # whoever gets past the guard is told 405


async def token_of(door: Door, role: Role) -> dict[str, str]:
    token = await tokens.create(door.pool, f"as-{role}", role, actor="cli")
    return {"Authorization": f"Bearer {token}"}


async def session_of(door: Door, role: Role) -> str:
    await account(door.pool, role, role)
    return await sessions.sign_in(
        door.pool, Passwords(), name=role, password=PASSWORD, address="192.0.2.1"
    )


def places() -> list[tuple[str, str, Role]]:
    """Give every operation as method, a path where nothing is, and its least role."""
    fill = {"name": "nobody", "entity": "invoice", "zoho_id": "1", "date": "2026-01-01", "id": "0"}
    return [
        (each.method, "/api" + each.path.format_map(fill | {}), each.least) for each in OPERATIONS
    ]


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_do_what_its_operations_ask_and_no_more(door: Door, role: Role) -> None:
    headers = await token_of(door, role)
    for method, path, least in places():
        nobody = await door.client.request(method, path)
        somebody = await door.client.request(method, path, headers=headers)

        assert nobody.status_code == 401, path
        assert (somebody.status_code == 403) == (ROLES.index(role) < ROLES.index(least)), path


async def test_a_revoked_token_opens_nothing(door: Door) -> None:
    headers = await token_of(door, "admin")
    assert (await door.client.get("/api/connections", headers=headers)).status_code == 200

    await tokens.revoke(door.pool, "as-admin", actor="cli")

    assert (await door.client.get("/api/connections", headers=headers)).status_code == 401
    assert "bridge_" not in str(await door.pool.fetch("SELECT * FROM tokens"))


async def test_a_session_comes_in_by_its_cookie_and_ends_when_it_is_revoked(door: Door) -> None:
    session = await session_of(door, "viewer")
    cookies = {"Cookie": f"bridge={session}"}
    assert (await door.client.get("/api/connections", headers=cookies)).status_code == 200

    await sessions.sign_out(door.pool, session)

    assert (await door.client.get("/api/connections", headers=cookies)).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        (HERE, 403),  # without the page's proof
        (HERE | {"x-csrf-token": "guess"}, 403),
        ({"sec-fetch-site": "cross-site", "x-csrf-token": "THE PROOF"}, 403),
        (HERE | {"x-csrf-token": "THE PROOF"}, 405),
        ({"origin": "OURS", "x-csrf-token": "THE PROOF"}, 405),
    ],
)
async def test_a_change_that_another_site_sends_is_refused(
    door: Door, headers: dict[str, str], status: int
) -> None:
    session = await session_of(door, "admin")
    known = {"THE PROOF": sessions.form_token(session), "OURS": str(door.client.base_url)}
    given = {name: known.get(value, value).rstrip("/") for name, value in headers.items()}

    answer = await door.client.post(
        NOTHING_TO_POST, headers=given | {"Cookie": f"bridge={session}"}
    )

    assert answer.status_code == status


async def test_a_script_with_a_token_needs_no_other_proof(door: Door) -> None:
    headers = await token_of(door, "admin")

    answer: httpx.Response = await door.client.post(NOTHING_TO_POST, headers=headers)

    assert answer.status_code == 405
