"""The grant: one token for all, asked for by one, and one clear problem when it is gone."""

import asyncio

import httpx
import pytest

from bridge.crypto import Vault
from bridge.parts import Parts
from clients.zoho.budget import LIVE
from clients.zoho.centres import Centre, centre_of, data_centre_at
from clients.zoho.errors import Disconnected, Throttled, Unavailable
from clients.zoho.session import opened
from clients.zoho.tokens import Client, consent_url, exchange, revoke
from sandbox.zoho.state import CLIENT_ID, CLIENT_SECRET, ORGANISATION, REFRESH_TOKEN
from tests.clients.zoho_line import Line

BACK = "https://bridge.example.com/connect/zoho"


async def renewals(line: Line) -> int:
    count: int = await line.pool.fetchval("SELECT cardinality(renewals) FROM grants")
    return count


async def grant_anew(line: Line, token: str) -> None:
    """Have the person agree again in Zoho."""
    await line.control("clients", client_id=CLIENT_ID, secret=CLIENT_SECRET, refresh_token=token)


async def test_many_processes_ask_for_one_token(line: Line) -> None:
    async def process() -> None:
        async with line.session(patience=60) as zoho:
            await zoho.check()

    await asyncio.gather(*(process() for _ in range(6)))

    assert await renewals(line) == 1


async def test_a_token_that_zoho_forgot_is_replaced_in_passing(line: Line) -> None:
    async with line.session() as zoho:
        await zoho.check()
        await line.control("settings", revoke=REFRESH_TOKEN)
        await grant_anew(line, REFRESH_TOKEN)
        await zoho.check()

    assert await renewals(line) == 2
    assert await line.problems() == []


async def test_a_revoked_grant_is_one_problem_and_is_not_asked_for_again(line: Line) -> None:
    async with line.session() as zoho:
        await zoho.check()
        await line.control("settings", revoke=REFRESH_TOKEN)
        for _ in range(3):
            with pytest.raises(Disconnected, match="refresh token"):
                await zoho.check()

    assert await line.problems() == ["zoho_grant"]
    remedy = await line.pool.fetchval("SELECT remedy FROM problems")
    name = await line.pool.fetchval("SELECT name FROM connections")
    assert f"/connect/zoho/{name}," in remedy
    assert "`bridge connection apply" in remedy
    assert await renewals(line) == 2


async def test_new_credentials_mend_it_at_once(line: Line) -> None:
    await line.secret("zoho.refresh_token", "1000.revoked")
    async with line.session() as zoho:
        with pytest.raises(Disconnected):
            await zoho.check()

    await line.secret("zoho.refresh_token", REFRESH_TOKEN)
    async with line.session() as zoho:
        await zoho.check()

    assert await line.problems() == []


async def test_a_token_of_other_credentials_is_not_used(line: Line) -> None:
    async with line.session() as zoho:
        await zoho.check()
    await line.secret("zoho.refresh_token", "1000.other")

    async with line.session() as zoho:
        with pytest.raises(Disconnected):
            await zoho.check()


async def test_zohos_throttle_in_the_guise_of_a_200_is_understood_and_waited_for(
    line: Line,
) -> None:
    form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    form |= {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN}
    async with httpx.AsyncClient(base_url=line.sandbox, timeout=60) as somebody_else:
        for _ in range(10):
            await somebody_else.post("/oauth/v2/token", data=form)

    async with line.session() as zoho:
        for _ in range(3):
            with pytest.raises(Throttled) as error:
                await zoho.check()

    assert error.value.seconds > 500
    assert await renewals(line) == 1
    assert await line.problems() == []


async def test_of_zohos_ten_tokens_some_are_left_to_others(line: Line) -> None:
    async with line.session() as zoho:
        for _ in range(8):
            await zoho.check()
            await line.pool.execute("UPDATE grants SET expires_at = now()")
            zoho._grant._token = None
        with pytest.raises(Throttled):
            await zoho.check()


async def test_no_token_is_stored_in_clear(line: Line) -> None:
    async with line.session() as zoho:
        await zoho.check()
        access = zoho._grant._token

    assert access is not None
    sealed = await line.pool.fetchval("SELECT sealed FROM grants")
    assert access.access.encode() not in sealed


async def test_an_accounts_server_that_is_away_is_asked_later(line: Line) -> None:
    line.settings = {"ZOHO_ACCOUNTS_URL": "http://127.0.0.1:9"}

    async with line.session() as zoho:
        with pytest.raises(Unavailable, match="does not answer"):
            await zoho.check()

    assert await line.problems() == []


async def test_a_persons_consent_becomes_a_refresh_token_that_can_be_revoked(line: Line) -> None:
    centre = Centre(line.sandbox, line.sandbox)
    url = consent_url(centre, CLIENT_ID, BACK, state="s")
    async with httpx.AsyncClient(timeout=60) as browser:
        agreed = httpx.URL((await browser.get(url)).headers["location"])

    client = Client(CLIENT_ID, CLIENT_SECRET)
    tokens = await exchange(centre, client, agreed.params["code"], BACK)

    assert data_centre_at(agreed.params["location"]) == "ca"
    assert tokens.refresh
    await line.secret("zoho.refresh_token", tokens.refresh)
    async with line.session() as zoho:
        organisations = (await zoho.get("/organizations"))["organizations"]
    assert [each["organization_id"] for each in organisations] == [ORGANISATION]
    await revoke(centre, tokens.refresh)
    with pytest.raises(Disconnected):
        await exchange(centre, client, agreed.params["code"], BACK)  # a code serves once


@pytest.mark.parametrize("location", ["https://accounts.evil.example", "xx", "", "us.evil"])
def test_a_callback_cannot_name_a_host_of_its_own(location: str) -> None:
    assert data_centre_at(location) is None


def test_each_data_centre_has_its_own_hosts(line: Line) -> None:
    from bridge.settings import read_settings

    canada = centre_of(read_settings({}), "ca")

    assert canada == Centre("https://www.zohoapis.ca", "https://accounts.zohocloud.ca")
    assert centre_of(line.read, "ca") == Centre(line.sandbox, line.sandbox)


async def test_a_process_without_the_key_asks_later_and_opens_no_problem(line: Line) -> None:
    keyless = Parts(line.pool, Vault([b"?" * 32]), line.read)

    async with opened(keyless, line.connection_id, lane=LIVE) as zoho:
        with pytest.raises(Unavailable, match="BRIDGE_SECRET_KEY"):
            await zoho.check()

    assert await line.problems() == []
