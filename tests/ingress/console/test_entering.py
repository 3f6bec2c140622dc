"""Coming in: the first account, signing in and out, and what is refused."""

import httpx
import pytest

from bridge.local_bus import LocalBus
from bridge.postgres import Pool
from ingress.auth import first_account
from tests.ingress.auth.people import PASSWORD, account
from tests.ingress.conftest import Door, opened
from tests.ingress.console.visits import signed_in

MOST_GUESSES = 20  # by then the pauses are longer than a busy machine takes over a guess
ANNA = {"name": "anna", "password": PASSWORD}


async def test_nobody_sees_a_page_before_signing_in_and_comes_back_to_it(door: Door) -> None:
    await account(door.pool, "anna")
    answer = await door.client.get("/connections/acme/activity?state=parked")

    assert answer.status_code == 303
    assert answer.headers["location"] == (
        "/sign-in?next=%2Fconnections%2Facme%2Factivity%3Fstate%3Dparked"
    )
    entered = await door.client.post(
        "/sign-in", data=ANNA | {"next": "/connections/acme/activity?state=parked"}
    )
    assert entered.headers["location"] == "/connections/acme/activity?state=parked"


@pytest.mark.parametrize("away", ["https://evil.example", "//evil.example", "/\\evil.example", "x"])
async def test_signing_in_leads_to_no_other_site(door: Door, away: str) -> None:
    await account(door.pool, "anna")

    entered = await door.client.post("/sign-in", data=ANNA | {"next": away})

    assert (entered.status_code, entered.headers["location"]) == (303, "/")


async def test_a_wrong_password_is_told_and_too_many_are_slowed(door: Door) -> None:
    await account(door.pool, "anna")
    answers: list[httpx.Response] = []
    while len(answers) < MOST_GUESSES and (not answers or answers[-1].status_code != 429):
        wrong = ANNA | {"password": "not the password"}
        answers.append(await door.client.post("/sign-in", data=wrong))

    assert answers[0].status_code == 401
    assert "The name or the password is wrong" in answers[0].text
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_signing_out_ends_the_session(door: Door) -> None:
    async with signed_in(door) as person:
        cookie = dict(person.client.cookies)
        await person.do("/sign-out")

        late = await door.client.get("/me", headers={"Cookie": f"bridge={cookie['bridge']}"})

    assert late.status_code == 303


async def test_the_cookie_is_for_the_server_alone_and_bound_to_https(pool: Pool) -> None:
    await account(pool, "anna")
    cookies = []
    for url in ("http://bridge.example.com", "https://bridge.example.com"):
        async with opened(pool, LocalBus(), BRIDGE_PUBLIC_URL=url) as door:
            answer = await door.client.post("/sign-in", data=ANNA)
            cookies.append(answer.headers["set-cookie"])

    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
    assert cookies[0].startswith("bridge=")
    assert cookies[1].startswith("__Host-bridge=")
    assert "Secure" in cookies[1]


async def test_the_first_account_is_made_once(door: Door) -> None:
    token = (await first_account.new_link(door.pool, "")).partition("#")[2]
    assert (await door.client.get("/sign-in")).headers["location"] == "/setup"
    fields = {"token": token, "name": "Anna", "password": PASSWORD, "again": PASSWORD}

    differs = await door.client.post("/setup", data=fields | {"again": "x"})
    made = await door.client.post("/setup", data=fields)
    door.client.cookies.clear()
    again = await door.client.post("/setup", data=fields | {"name": "bert"})

    assert (differs.status_code, made.status_code, again.status_code) == (422, 303, 422)
    assert "bridge=" in made.headers["set-cookie"]
    assert await door.pool.fetchval("SELECT name || ' ' || role FROM users") == "anna admin"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
async def test_another_site_cannot_sign_a_person_in(door: Door, headers: dict[str, str]) -> None:
    await account(door.pool, "anna")

    answer: httpx.Response = await door.client.post("/sign-in", data=ANNA, headers=headers)

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
